package org.dmafence.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.dmafence.bench.ScalingReport;
import org.dmafence.bench.ScalingReport.CurveResult;
import org.dmafence.bench.ScalingReport.Point;
import org.dmafence.report.Units;
import org.dmafence.report.page.Axis;
import org.dmafence.report.page.Hue;
import org.dmafence.report.page.LineChart;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Series;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td;
import org.dmafence.report.page.Tone;
import org.jspecify.annotations.Nullable;

/**
 * How costs grow, as one page of HTML: a chart for each curve, both axes logarithmic, beside straight and n log n
 * growth.
 */
public final class ScalingHtml {
    private ScalingHtml() {}

    /** The page. */
    public static String of(ScalingReport report, Provenance made) {
        Page page = Page.of("How costs grow")
                .lead(BenchText.head(report.environment(), report.quick(), report.tookNs())
                                .strip()
                        + (report.interrupted()
                                ? ". The run was interrupted: curves that were not measured whole are left out."
                                : "."));
        page.section("Curves").add(table(report).element());
        page.note(
                "The exponent is fitted to the upper half of the sizes; its interval has the exponent in eight cases of ten."
                        + " What n log n comes to over the same sizes, and a little for caches, is the most that it may be.");
        report.curves().forEach(curve -> curve(page, curve));
        return page.html(made, "");
    }

    private static Table table(ScalingReport report) {
        Table table = Table.of(
                Td.words("what"),
                Td.name("by"),
                Td.number("up to"),
                Td.number("exponent"),
                Td.number("p10..p90"),
                Td.number("at most"),
                Td.name("O(n log n)?"));
        for (CurveResult curve : report.curves()) {
            table.row(List.of(
                    Td.words(curve.what()),
                    Td.name(curve.grows()),
                    Td.number(Units.count(
                            curve.points().stream().mapToLong(Point::size).max().orElse(0))),
                    Td.number(BenchText.number(curve.exponent())),
                    Td.number(BenchText.number(curve.exponentLow()) + ".." + BenchText.number(curve.exponentHigh())),
                    Td.number(BenchText.number(curve.bound())),
                    Td.name(ScalingText.answer(curve.verdict())).toned(tone(curve))));
        }
        return table;
    }

    private static Tone tone(CurveResult curve) {
        return BenchHtml.tone(curve.verdict());
    }

    private static void curve(Page page, CurveResult curve) {
        page.section(curve.what() + ", by " + curve.grows());
        if (curve.note() != null) {
            page.text(Objects.requireNonNull(curve.note()));
        }
        if (!curve.points().isEmpty()) {
            page.add(chart(curve));
        }
    }

    private static LineChart chart(CurveResult curve) {
        List<Point> points = curve.points();
        // The others meet the curve where the fit begins.
        Point from = points.get(points.size() / 2);
        double linear = from.ns() / from.size();
        double factor = linear / Math.log(from.size() + 1.0);
        return new LineChart(
                curve.what() + ", by " + curve.grows() + ": n to the power of " + BenchText.number(curve.exponent()),
                false,
                Axis.logarithmic(curve.grows(), Axis.Unit.COUNT),
                Axis.logarithmic("CPU time", Axis.Unit.NANOSECONDS),
                points.stream().map(point -> (double) point.size()).toList(),
                null,
                List.of(
                        Series.dashed("n", Hue.GREY, values(points, point -> linear * point.size())),
                        Series.dashed(
                                "n log n",
                                Hue.ORANGE,
                                values(points, point -> factor * point.size() * Math.log(point.size() + 1.0))),
                        Series.dotted("measured", Hue.BLUE, values(points, Point::ns))));
    }

    private static List<@Nullable Double> values(List<Point> points, ToDoubleFunction<Point> value) {
        List<@Nullable Double> values = new ArrayList<>();
        points.forEach(point -> values.add(value.applyAsDouble(point)));
        return values;
    }
}
