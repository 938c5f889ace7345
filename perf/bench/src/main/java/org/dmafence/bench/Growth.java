package org.dmafence.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How fast a cost grows: the slope of a straight line through the logarithms of the upper half of the sizes, where what
 * is the same for all sizes counts for least.
 *
 * @param exponent of the size
 * @param low the lower end of its interval, which has it in eight cases of ten: the slope's standard error times the
 *     quantile of Student's distribution
 * @param high the upper end
 * @param bound the same of n log n, and a little for caches that are left behind
 */
record Growth(double exponent, double low, double high, double bound) {
    /** How many points a line needs. */
    static final int FEWEST = 4;

    private static final double CACHES = 0.15;

    /**
     * The 90th percentile of Student's distribution, for one degree of freedom and more; beyond them the last will do.
     */
    private static final double[] STUDENT = {3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397};

    /** Of at least {@value #FEWEST} points by increasing size. */
    static Growth of(List<ScalingReport.Point> points) {
        List<ScalingReport.Point> upper = points.subList(Math.min(points.size() / 2, points.size() - 3), points.size());
        double exponent = slope(upper, ScalingReport.Point::ns);
        int free = upper.size() - 2;
        double either = STUDENT[Math.min(free, STUDENT.length) - 1] * error(upper, exponent);
        return new Growth(
                exponent,
                exponent - either,
                exponent + either,
                slope(upper, point -> point.size() * Math.log(point.size())) + CACHES);
    }

    /** Whether it is at most O(n log n), if that can be told. */
    Verdict verdict() {
        if (high <= bound) {
            return Verdict.OK;
        }
        return low > bound ? Verdict.MISSED : Verdict.UNCLEAR;
    }

    /** The standard error of a slope. */
    private static double error(List<ScalingReport.Point> points, double slope) {
        double meanX =
                points.stream().mapToDouble(p -> Math.log(p.size())).average().orElseThrow();
        double meanY =
                points.stream().mapToDouble(p -> Math.log(p.ns())).average().orElseThrow();
        double left = 0;
        double variance = 0;
        for (ScalingReport.Point point : points) {
            double x = Math.log(point.size()) - meanX;
            double residual = Math.log(point.ns()) - meanY - slope * x;
            left += residual * residual;
            variance += x * x;
        }
        return Math.sqrt(left / (points.size() - 2) / variance);
    }

    private static double slope(List<ScalingReport.Point> points, ToDoubleFunction<ScalingReport.Point> cost) {
        double meanX =
                points.stream().mapToDouble(p -> Math.log(p.size())).average().orElseThrow();
        double meanY = points.stream()
                .mapToDouble(p -> Math.log(cost.applyAsDouble(p)))
                .average()
                .orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (ScalingReport.Point point : points) {
            double x = Math.log(point.size()) - meanX;
            covariance += x * (Math.log(cost.applyAsDouble(point)) - meanY);
            variance += x * x;
        }
        return covariance / variance;
    }
}
