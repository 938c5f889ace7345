package org.dmafence.bench;

import java.util.Arrays;

/**
 * Many windows in a few figures.
 *
 * @param windows how many
 */
public record Summary(int windows, double min, double p10, double median, double p90, double max) {
    /** Of windows in any order, at least one. */
    static Summary of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Summary(
                sorted.length,
                sorted[0],
                quantile(sorted, 0.1),
                quantile(sorted, 0.5),
                quantile(sorted, 0.9),
                sorted[sorted.length - 1]);
    }

    /** Between the two nearest values, in proportion. */
    static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    double of(Metric.Statistic statistic) {
        return statistic == Metric.Statistic.P10 ? p10 : median;
    }
}
