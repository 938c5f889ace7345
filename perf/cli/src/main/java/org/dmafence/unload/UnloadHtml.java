package org.dmafence.unload;

import java.util.List;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.page.Facts;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td.Kind;

/** What unloading came to, as one page of HTML. */
public final class UnloadHtml {
    private UnloadHtml() {}

    /** The page. */
    public static String of(UnloadReport report, Provenance made) {
        Page page = Page.of("Unloading " + report.driver());
        UnloadText.verdict(report).forEach(page::sentence);
        Facts facts = new Facts();
        for (List<Cell> fact : UnloadText.facts(report)) {
            facts.add(fact.get(0).text(), fact.get(1).text());
        }
        page.section("What was left, and what was not").add(facts.element());
        page.section("Step by step")
                .add(Table.of(List.of(Kind.NAME, Kind.NUMBER), UnloadText.steps(report))
                        .element());
        page.note("The middle and the longest of all cycles that had the step.");
        return page.html(made, "");
    }
}
