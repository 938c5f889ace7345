package org.dmafence.compare;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td.Kind;

/** A comparison as one page of HTML: what happened, the traces, the shims side by side. */
public final class CompareHtml {
    /** The files of a comparison with more shims or findings have them all. */
    private static final int MOST_FINDINGS = 500;

    private static final List<Kind> STAGES = List.of(Kind.WORDS, Kind.NAME, Kind.NUMBER);

    private static final List<Kind> NUMBERS = List.of(Kind.WORDS, Kind.NUMBER);

    private CompareHtml() {}

    /** The page. */
    public static String of(CompareReport report, Provenance made) {
        CompareRows rows = new CompareRows(report);
        Page page = Page.of("Drivers side by side");
        if (report.interrupted()) {
            page.lead("The run was interrupted: shims that were not through are left out.");
        }
        rows.headline().forEach(page::sentence);
        List<Cell> findings = rows.findings();
        if (!findings.isEmpty()) {
            page.section("To look at");
            findings.stream().limit(MOST_FINDINGS).forEach(page::sentence);
        }
        page.section("Traces")
                .add(Table.of(
                                List.of(
                                        Kind.NAME,
                                        Kind.NAME,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.NUMBER,
                                        Kind.WORDS),
                                rows.traces())
                        .element());
        if (!rows.areFew()) {
            page.section("Shims")
                    .add(Table.of(
                                    List.of(
                                            Kind.NAME,
                                            Kind.NAME,
                                            Kind.NAME,
                                            Kind.NUMBER,
                                            Kind.NAME,
                                            Kind.NUMBER,
                                            Kind.NAME),
                                    rows.overview())
                            .element());
        }
        if (report.shims().isEmpty()) {
            return page.html(made, "");
        }
        page.section("Side by side");
        for (CompareRows.Section section : rows.sections()) {
            List<List<Cell>> table = new ArrayList<>(List.of(rows.titles()));
            table.addAll(section.rows());
            page.subsection(title(section.heading()));
            page.add(Table.of(List.of(Kind.NAME, Kind.WORDS), table).element());
        }
        List<CompareRows.Section> stages = rows.stages(Integer.MAX_VALUE);
        if (!stages.isEmpty()) {
            page.section("Captured and replayed");
            for (CompareRows.Section section : stages) {
                page.subsection(section.heading());
                page.add(Table.of(STAGES, section.rows()).element());
            }
            page.note(rows.stagesNote());
        }
        page.section("Who got what of the hardware")
                .add(Table.of(NUMBERS, TraceFairnessText.rows(report.shims())).element());
        TraceFairnessText.notes(report.shims()).forEach(page::note);
        return page.html(made, "");
    }

    /** The first word in small letters, but for its first one. */
    private static String title(String heading) {
        int end = heading.contains("(") ? heading.indexOf('(') : heading.length();
        return heading.charAt(0)
                + heading.substring(1, end).toLowerCase(java.util.Locale.ROOT)
                + heading.substring(end);
    }
}
