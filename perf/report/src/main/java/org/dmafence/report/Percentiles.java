package org.dmafence.report;

import org.HdrHistogram.AbstractHistogram;
import org.jspecify.annotations.Nullable;

/**
 * A latency's distribution in nanoseconds; all zero when nothing was measured. Beyond the median a percentile is
 * {@code null} unless ten values lie above it: of 2,000 the 99.99th would be the largest by another name.
 */
public record Percentiles(
        long count,
        long p50,
        @Nullable Long p90,
        @Nullable Long p99,
        @Nullable Long p999,
        long max) {
    private static final int FEWEST_ABOVE = 10;
    private static final double ROUNDING = 1e-6;

    /** Reads them off a histogram. */
    public static Percentiles of(AbstractHistogram histogram) {
        return new Percentiles(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                at(histogram, 90),
                at(histogram, 99),
                at(histogram, 99.9),
                histogram.getMaxValue());
    }

    /** A percentile, if there are enough values for it; every report's rule. */
    public static @Nullable Long at(AbstractHistogram histogram, double percentile) {
        double above = histogram.getTotalCount() * (1 - percentile / 100);
        return above < FEWEST_ABOVE - ROUNDING ? null : (Long) histogram.getValueAtPercentile(percentile);
    }

    /** A time, or a dash where there is none. */
    public static String text(@Nullable Long ns) {
        return ns == null ? "-" : Units.time(ns);
    }
}
