package org.dmafence.bench.report;

import java.util.List;
import org.dmafence.bench.BenchReport;
import org.dmafence.bench.BenchReport.Figures;
import org.dmafence.bench.BenchReport.GroupResult;
import org.dmafence.bench.RowResult;
import org.dmafence.bench.Summary;
import org.dmafence.bench.Verdict;
import org.dmafence.report.Units;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td;
import org.dmafence.report.page.Tone;

/** What {@code bench} measured, as one page of HTML: the table of bars, and every contender's figures. */
public final class BenchHtml {
    private BenchHtml() {}

    /** The page. */
    public static String of(BenchReport report, Provenance made) {
        Page page = Page.of("What it costs, beside what others need for the same")
                .lead(BenchText.head(report.environment(), report.quick(), report.tookNs())
                                .strip() + "; "
                        + BenchText.summary(report) + "."
                        + (report.interrupted()
                                ? " The run was interrupted: rows that were not measured whole are left out."
                                : ""));
        page.section("Rows").add(rows(report).element());
        page.note(
                "A ratio is ours to the peer's, window by window, in one run; bars are ratios or bytes, which can be compared"
                        + " between machines. Of windows: the median, and where eight in ten lie.");
        for (GroupResult group : report.groups()) {
            page.section(group.name());
            if (group.failure() != null) {
                page.text(group.failure());
            }
            page.add(figures(group).element());
            page.note((group.processes() == 1 ? "1 process" : Units.count(group.processes()) + " processes")
                    + (group.jvmOptions().isEmpty() ? "" : ", with " + String.join(" ", group.jvmOptions())));
        }
        return page.html(made, "");
    }

    private static Table rows(BenchReport report) {
        Table table = Table.of(
                Td.words("what / peer"),
                Td.number("ours"),
                Td.number("peer's"),
                Td.number("ratio"),
                Td.number("p10..p90"),
                Td.number("windows"),
                Td.number("bar"),
                Td.name("verdict"));
        report.rows().forEach(row -> table.row(cells(row)));
        return table;
    }

    private static List<Td> cells(RowResult row) {
        Double value = row.value();
        Summary spread = row.spread();
        boolean measured = value != null && spread != null;
        String what = row.what() + (row.peer() == null ? "" : " / " + row.peer());
        return List.of(
                Td.words(row.note() == null ? what : what + " (" + row.note() + ")"),
                Td.number(measured ? BenchText.number(row.oursFigure()) + " " + row.unit() : "-"),
                Td.number(measured && row.peer() != null ? BenchText.number(row.peerFigure()) + " " + row.unit() : "-"),
                Td.number(measured && row.peer() != null ? BenchText.number(value) : "-"),
                Td.number(
                        spread == null ? "-" : BenchText.number(spread.p10()) + ".." + BenchText.number(spread.p90())),
                Td.number(measured ? Units.count(row.windows()) : "-"),
                Td.number(row.bar() == null ? "-" : row.direction().sign() + " " + BenchText.number(row.bar())),
                Td.name(row.verdict().toString()).toned(tone(row.verdict())));
    }

    static Tone tone(Verdict verdict) {
        return switch (verdict) {
            case STRETCH, OK -> Tone.GOOD;
            case MISSED, FAILED -> Tone.BAD;
            case LEFT_OUT, UNCLEAR -> Tone.NOTE;
            case NO_BAR -> Tone.PLAIN;
        };
    }

    private static Table figures(GroupResult group) {
        Table table = Table.of(
                Td.words("contender"),
                Td.number("p10"),
                Td.number("median"),
                Td.number("p90"),
                Td.number("windows"),
                Td.name("unit"));
        for (Figures figures : group.figures()) {
            Summary summary = figures.summary();
            table.row(
                    summary == null
                            ? List.of(Td.words(figures.contender() + ": " + figures.missing()))
                            : List.of(
                                    Td.words(figures.contender()),
                                    Td.number(BenchText.number(summary.p10())),
                                    Td.number(BenchText.number(summary.median())),
                                    Td.number(BenchText.number(summary.p90())),
                                    Td.number(String.valueOf(summary.windows())),
                                    Td.name(String.valueOf(figures.unit()))));
        }
        return table;
    }
}
