package org.dmafence.report;

import org.HdrHistogram.Histogram;

/** A latency's distribution in nanoseconds; all zero when nothing was measured. */
public record Percentiles(long count, long p50, long p90, long p99, long p999, long max) {
    /** Reads them off a histogram. */
    public static Percentiles of(Histogram histogram) {
        return new Percentiles(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }
}
