package org.dmafence.profile;

import org.HdrHistogram.AbstractHistogram;
import org.dmafence.report.Percentiles;
import org.jspecify.annotations.Nullable;

/**
 * A distribution of times in nanoseconds; all zero when nothing was measured. Beyond the median a percentile is
 * {@code null} unless ten values lie above it: of 2,000 the 99.99th would be the largest by another name.
 */
public record FinePercentiles(
        long count,
        long meanNs,
        long p50Ns,
        @Nullable Long p90Ns,
        @Nullable Long p99Ns,
        @Nullable Long p999Ns,
        @Nullable Long p9999Ns,
        long maxNs) {
    /** Of nothing. */
    static final FinePercentiles NONE = new FinePercentiles(0, 0, 0, null, null, null, null, 0);

    /** Reads them off a histogram. */
    static FinePercentiles of(AbstractHistogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return NONE;
        }
        return new FinePercentiles(
                histogram.getTotalCount(),
                Math.round(histogram.getMean()),
                histogram.getValueAtPercentile(50),
                Percentiles.at(histogram, 90),
                Percentiles.at(histogram, 99),
                Percentiles.at(histogram, 99.9),
                Percentiles.at(histogram, 99.99),
                histogram.getMaxValue());
    }
}
