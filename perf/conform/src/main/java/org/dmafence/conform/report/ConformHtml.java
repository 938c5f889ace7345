package org.dmafence.conform.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.p;

import java.util.List;
import org.dmafence.conform.report.ConformReport.Broken;
import org.dmafence.conform.report.ConformReport.Finding;
import org.dmafence.conform.report.ConformReport.Row;
import org.dmafence.report.Units;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td;
import org.dmafence.report.page.Td.Kind;
import org.dmafence.report.page.Tone;

/** How we compared with kernels, as one page of HTML. */
public final class ConformHtml {
    /** How many cases that differ are listed side by side; of the others the name must do. */
    static final int MOST_LISTINGS = 50;

    private static final int MOST_ROWS = 200;
    private static final int MOST_NAMES = 2_000;

    private ConformHtml() {}

    /** The page. */
    public static String of(ConformReport report, Provenance made) {
        Page page = Page.of("Our answers beside the kernels'");
        ConformText.verdict(report).forEach(page::sentence);
        page.section("By kernel and kind of object")
                .add(Table.of(
                                List.of(
                                        Kind.NAME,
                                        Kind.NAME,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.NUMBER),
                                ConformText.kinds(report))
                        .element());
        if (!report.policies().isEmpty()) {
            page.section("Scheduler by policy")
                    .add(Table.of(
                                    List.of(Kind.NAME, Kind.NAME, Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.NUMBER),
                                    ConformText.policies(report))
                            .element());
        }
        if (!report.deviations().isEmpty()) {
            page.section("Listed deviations")
                    .add(Table.of(
                                    List.of(Kind.NAME, Kind.NUMBER, Kind.NAME, Kind.WORDS),
                                    ConformText.deviations(report))
                            .element());
        }
        broken(page, report.broken());
        findings(page, report.findings());
        return page.html(made, "");
    }

    private static void broken(Page page, List<Broken> cases) {
        if (cases.isEmpty()) {
            return;
        }
        Table table = Table.of(Td.name("kernel"), Td.name("case"), Td.words("why"));
        cases.stream()
                .limit(MOST_NAMES)
                .forEach(each -> table.row(List.of(Td.name(each.kernel()), Td.name(each.id()), Td.words(each.why()))));
        page.section("Cases that make no sense").add(table.element());
    }

    private static void findings(Page page, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        page.section("Cases that differ");
        findings.stream().limit(MOST_LISTINGS).forEach(finding -> finding(page, finding));
        if (findings.size() > MOST_LISTINGS) {
            page.subsection("And " + Units.count(findings.size() - MOST_LISTINGS) + " more");
            findings.stream()
                    .skip(MOST_LISTINGS)
                    .limit(MOST_NAMES)
                    .forEach(finding -> page.text(finding.id() + " (" + finding.kernel() + "), op " + finding.index()
                            + ": " + finding.what()));
        }
    }

    private static void finding(Page page, Finding finding) {
        page.subsection(finding.id() + " (" + finding.kernel() + ")");
        page.text("Op " + finding.index() + ": " + finding.what());
        page.add(p(code(finding.op())));
        Table table = Table.of(Td.words("kernel"), Td.words("ours"));
        List<Row> rows = finding.listing();
        int from = Math.max(0, rows.size() - MOST_ROWS); // the last ones differ
        for (Row row : rows.subList(from, rows.size())) {
            Tone tone = row.differs() ? Tone.BAD : Tone.PLAIN;
            table.row(List.of(
                    Td.words(row.kernel()).toned(tone), Td.words(row.ours()).toned(tone)));
        }
        page.add(table.element());
    }
}
