package org.dmafence.bench.report;

import java.util.List;
import java.util.Locale;
import org.dmafence.bench.BenchReport;
import org.dmafence.bench.BenchReport.Figures;
import org.dmafence.bench.BenchReport.GroupResult;
import org.dmafence.bench.RowResult;
import org.dmafence.bench.Summary;
import org.dmafence.bench.Verdict;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/** The table of {@code bench} for people. */
public final class BenchText {
    private static final int[] WIDTHS = {31, 17, 6, 13, 4, 8, 8};

    private final BenchReport report;
    private final boolean colour;

    private BenchText(BenchReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /**
     * Renders.
     *
     * @param figures whether to show every contender's windows as well
     */
    public static String of(BenchReport report, boolean figures, boolean colour) {
        BenchText text = new BenchText(report, colour);
        return text.head() + text.table() + (figures ? text.figures() : "") + text.foot();
    }

    private String head() {
        return head(report.environment(), report.quick(), report.tookNs());
    }

    /** Where, how and how long. */
    static String head(BenchReport.Environment on, boolean quick, long tookNs) {
        return String.format(
                Locale.ROOT,
                "Java %s, %d CPUs%s, load %.1f before and %.1f after, %s, %s%n%n",
                on.java(),
                on.cpus(),
                on.cpu().isEmpty() ? "" : " (" + on.cpu() + ")",
                on.loadBefore(),
                on.loadAfter(),
                quick ? "quick" : "full",
                Units.time(tookNs));
    }

    private String table() {
        TextTable table = new TextTable(colour, WIDTHS);
        table.row(List.of(
                Cell.of("what / peer"),
                Cell.of("ours / peer's"),
                Cell.of("ratio"),
                Cell.of("p10..p90"),
                Cell.of("of"),
                Cell.of("bar"),
                Cell.of("verdict")));
        report.rows().forEach(row -> table.row(cells(row)));
        return table.toString();
    }

    private static List<Cell> cells(RowResult row) {
        String bar = row.bar() == null ? "-" : row.direction().sign() + " " + number(row.bar());
        Double value = row.value();
        Summary spread = row.spread();
        String what = row.what() + (row.peer() == null ? "" : " / " + row.peer());
        if (value == null || spread == null) {
            return List.of(
                    Cell.of(what),
                    Cell.of(String.valueOf(row.note())),
                    Cell.of(""),
                    Cell.of(""),
                    Cell.of(""),
                    Cell.of(bar),
                    verdict(row.verdict()));
        }
        return List.of(
                Cell.of(row.note() == null ? what : what + " (" + row.note() + ")"),
                Cell.of(number(row.oursFigure()) + (row.peer() == null ? "" : " / " + number(row.peerFigure())) + " "
                        + row.unit()),
                Cell.of(row.peer() == null ? "" : number(value)),
                Cell.of(number(spread.p10()) + ".." + number(spread.p90())),
                Cell.of(Units.count(row.windows())),
                Cell.of(bar),
                verdict(row.verdict()));
    }

    static Cell verdict(Verdict verdict) {
        return new Cell(
                verdict.toString(),
                switch (verdict) {
                    case STRETCH, OK -> Style.GOOD;
                    case MISSED, FAILED -> Style.BAD;
                    case LEFT_OUT, UNCLEAR -> Style.NOTE;
                    case NO_BAR -> Style.PLAIN;
                });
    }

    private String figures() {
        TextTable table = new TextTable(colour, 40, 10, 10, 10, 10, 8);
        for (GroupResult group : report.groups()) {
            table.heading(group.name());
            table.row(List.of(
                    Cell.of(""), Cell.of("p10"), Cell.of("median"), Cell.of("p90"), Cell.of("windows"), Cell.of("")));
            for (Figures figures : group.figures()) {
                Summary summary = figures.summary();
                if (summary == null) {
                    table.row(List.of(Cell.of(figures.contender() + ": " + figures.missing())));
                } else {
                    table.row(List.of(
                            Cell.of(figures.contender()),
                            Cell.of(number(summary.p10())),
                            Cell.of(number(summary.median())),
                            Cell.of(number(summary.p90())),
                            Cell.of(String.valueOf(summary.windows())),
                            Cell.of(String.valueOf(figures.unit()))));
                }
            }
        }
        return table.toString();
    }

    private String foot() {
        return System.lineSeparator() + summary(report) + System.lineSeparator();
    }

    /** How many rows there are, and of which verdicts. */
    static String summary(BenchReport report) {
        StringBuilder text = new StringBuilder(
                Units.count(report.rows().size(), "row") + ", " + count(report, Verdict.MISSED) + " missed");
        for (Verdict verdict : List.of(Verdict.UNCLEAR, Verdict.FAILED, Verdict.LEFT_OUT, Verdict.NO_BAR)) {
            if (count(report, verdict) > 0) {
                text.append(", ").append(count(report, verdict)).append(' ').append(verdict);
            }
        }
        return text.toString();
    }

    private static long count(BenchReport report, Verdict wanted) {
        return report.rows().stream().filter(row -> row.verdict() == wanted).count();
    }

    /** Three digits, whatever the size. */
    static String number(@Nullable Double value) {
        if (value == null) {
            return "-";
        }
        double size = Math.abs(value);
        if (size >= 999_500) {
            return digits(value / 1e6) + " M";
        }
        return size >= 9_995 ? digits(value / 1e3) + " k" : digits(value);
    }

    private static String digits(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
