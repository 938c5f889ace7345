package org.dmafence.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmafence.bench.ScalingReport;
import org.dmafence.bench.ScalingReport.CurveResult;
import org.dmafence.bench.ScalingReport.Point;
import org.dmafence.bench.Verdict;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;

/** How costs grow, for people. */
public final class ScalingText {
    private ScalingText() {}

    /** Renders. */
    public static String of(ScalingReport report, boolean colour) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(List.of(
                Cell.of("what, by"),
                Cell.of("from"),
                Cell.of("each"),
                Cell.of("to"),
                Cell.of("each"),
                Cell.of("sizes x rounds"),
                Cell.of("exponent"),
                Cell.of("p10..p90"),
                Cell.of("at most"),
                Cell.of("O(n log n)?")));
        report.curves().forEach(curve -> rows.add(cells(curve)));
        long missed = count(report, Verdict.MISSED);
        long unclear = count(report, Verdict.UNCLEAR);
        long failed = count(report, Verdict.FAILED);
        return BenchText.head(report.environment(), report.quick(), report.tookNs())
                + TextTable.fitted(colour, rows)
                + String.format(
                        Locale.ROOT,
                        "%n%s, %d that grow faster%s%s%n",
                        Units.count(report.curves().size(), "curve"),
                        missed,
                        unclear == 0 ? "" : ", " + unclear + " unclear",
                        failed == 0 ? "" : ", " + failed + " failed");
    }

    private static long count(ScalingReport report, Verdict wanted) {
        return report.curves().stream()
                .filter(curve -> curve.verdict() == wanted)
                .count();
    }

    private static List<Cell> cells(CurveResult curve) {
        Cell what = Cell.of(curve.what() + ", by " + curve.grows());
        Double exponent = curve.exponent();
        Double bound = curve.bound();
        if (exponent == null || bound == null) {
            Cell none = Cell.of("");
            return List.of(
                    what,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    Cell.of("failed"),
                    Cell.of(false, String.valueOf(curve.note())));
        }
        Point first = curve.points().get(0);
        Point last = curve.points().get(curve.points().size() - 1);
        return List.of(
                what,
                Cell.of(Units.count(first.size())),
                Cell.of(each(first)),
                Cell.of(Units.count(last.size())),
                Cell.of(each(last)),
                Cell.of(Units.count(curve.points().size()) + " x " + last.rounds()),
                Cell.of(BenchText.number(exponent)),
                Cell.of(BenchText.number(curve.exponentLow()) + ".." + BenchText.number(curve.exponentHigh())),
                Cell.of(BenchText.number(bound)),
                new Cell(
                        answer(curve.verdict()),
                        BenchText.verdict(curve.verdict()).style()));
    }

    /** Whether it is O(n log n). */
    static String answer(Verdict verdict) {
        return switch (verdict) {
            case OK -> "yes";
            case MISSED -> "no";
            default -> verdict.toString();
        };
    }

    private static String each(Point point) {
        return BenchText.number(point.ns() / point.size()) + " ns";
    }
}
