package org.dmafence.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fuzz.FuzzReport.Finding;
import org.dmafence.fuzz.FuzzReport.Row;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;

/** Prints what the fuzzer found for a person: a sentence, a row for each reader, and how to see each finding again. */
public final class FuzzText {
    private FuzzText() {}

    /** The report as text, in colours or not. */
    public static String of(FuzzReport report, boolean colour) {
        StringBuilder out = new StringBuilder();
        long inputs = report.subjects().stream().mapToLong(Row::inputs).sum();
        int findings = report.subjects().stream()
                .mapToInt(row -> row.findings().size())
                .sum();
        long weak =
                report.subjects().stream().filter(row -> !row.weak().isEmpty()).count();
        String verdict = Units.count(inputs, "input") + ", "
                + (findings == 0 ? "no finding" : Units.count(findings, "finding"))
                + (weak == 0 ? "" : ", " + Units.count(weak, "reader") + " not tested")
                + "; seed " + report.seed() + ", " + Units.time(report.tookNs())
                + (report.interrupted() ? ", ended early" : "") + ".";
        paragraph(out, (report.sound() ? Style.GOOD : Style.BAD), verdict, colour);
        out.append('\n').append(table(report, colour));
        for (Row row : report.subjects()) {
            if (!row.weak().isEmpty()) {
                out.append('\n');
                paragraph(out, Style.BAD, row.subject() + ": " + row.weak() + ".", colour);
            }
            for (Finding finding : row.findings()) {
                out.append('\n');
                finding(out, report, row, finding, colour);
            }
        }
        return out.toString();
    }

    private static String table(FuzzReport report, boolean colour) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(cells(
                "reader",
                "inputs",
                "accepted",
                "refused",
                "processes",
                "findings",
                "rate",
                "p99",
                "max",
                "most memory"));
        for (Row row : report.subjects()) {
            rows.add(cells(
                    row.subject(),
                    Units.count(row.inputs()),
                    Units.count(row.accepted()),
                    Units.count(row.refused()),
                    Units.count(row.processes()),
                    Units.count(row.findings().size()),
                    Units.count(row.perSecond()) + "/s",
                    Units.time(row.p99Ns()),
                    Units.time(row.maxNs()),
                    Units.count(row.mostBytes() >> 20) + " MiB"));
        }
        return TextTable.fitted(colour, rows);
    }

    private static List<Cell> cells(String... texts) {
        return java.util.Arrays.stream(texts).map(Cell::of).toList();
    }

    private static void finding(StringBuilder out, FuzzReport report, Row row, Finding finding, boolean colour) {
        paragraph(
                out,
                Style.BAD,
                row.subject() + ", " + finding.rule() + ": " + finding.detail() + " ("
                        + Units.count(finding.times(), "input") + ")",
                colour);
        paragraph(
                out,
                Style.PLAIN,
                "  again: dmafence fuzz " + row.subject() + " --seed " + report.seed() + " --input " + finding.input()
                        + (finding.file().isEmpty() ? "" : "; kept as " + finding.file()),
                colour);
    }

    private static void paragraph(StringBuilder out, Style style, String text, boolean colour) {
        TextTable.wrap(TextTable.clean(text), TextTable.width())
                .forEach(line -> out.append(style.apply(line, colour)).append('\n'));
    }
}
