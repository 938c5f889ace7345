package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.dmafence.report.page.Axis;
import org.dmafence.report.page.Hue;
import org.dmafence.report.page.LineChart;
import org.dmafence.report.page.Series;
import org.jspecify.annotations.Nullable;

/** Latency by percentile, each curve up to where there are enough values for it. Used by one thread. */
final class PercentileCurves {
    private static final int PLACES_PER_MARK = 16;

    /** A curve before it is known how long the axis is. */
    private record Curve(String name, Histogram histogram, Hue hue, boolean earlier) {}

    private final List<Curve> curves = new ArrayList<>();

    /**
     * One more.
     *
     * @param earlier whether it is of the run that this one is held against
     */
    void add(String name, @Nullable Histogram histogram, Hue hue, boolean earlier) {
        if (histogram != null && histogram.getTotalCount() > 0) {
            curves.add(new Curve(name, histogram, hue, earlier));
        }
    }

    boolean isEmpty() {
        return curves.isEmpty();
    }

    LineChart chart(String title) {
        int last = curves.stream().mapToInt(PercentileCurves::end).max().orElse(0);
        List<Double> places = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i <= last * PLACES_PER_MARK; i++) {
            places.add(i / (double) PLACES_PER_MARK);
            names.add(name(PercentileAxis.percentile(places.get(i))));
        }
        return new LineChart(
                title,
                false,
                PercentileAxis.upTo(last),
                Axis.logarithmic("latency", Axis.Unit.NANOSECONDS),
                places,
                names,
                curves.stream().map(curve -> series(curve, places)).toList());
    }

    private static int end(Curve curve) {
        return PercentileAxis.lastMark(curve.histogram.getTotalCount());
    }

    private static Series series(Curve curve, List<Double> places) {
        List<@Nullable Double> values = new ArrayList<>();
        for (double place : places) {
            values.add(place > end(curve) ? null : value(curve.histogram, place));
        }
        return new Series(curve.name, curve.hue, curve.earlier, false, values);
    }

    /** No less than a nanosecond, for which a logarithmic axis has a place. */
    private static @Nullable Double value(Histogram histogram, double place) {
        return (double) Math.max(1, histogram.getValueAtPercentile(PercentileAxis.percentile(place)));
    }

    private static String name(double percentile) {
        String digits =
                String.format(Locale.ROOT, percentile < 90 ? "%.1f" : percentile < 99 ? "%.2f" : "%.4f", percentile);
        return digits.replaceFirst("\\.?0+$", "") + " %";
    }
}
