package org.dmafence.profile;

import org.HdrHistogram.AbstractHistogram;

/** A distribution of times in nanoseconds; all zero when nothing was measured. */
public record Quantiles(
        long count, long meanNs, long p50Ns, long p90Ns, long p99Ns, long p999Ns, long p9999Ns, long maxNs) {
    /** Reads them off a histogram. */
    static Quantiles of(AbstractHistogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return new Quantiles(0, 0, 0, 0, 0, 0, 0, 0);
        }
        return new Quantiles(
                histogram.getTotalCount(),
                Math.round(histogram.getMean()),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getValueAtPercentile(99.99),
                histogram.getMaxValue());
    }
}
