package org.dmafence.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How fast a cost grows: the slope of a straight line through the logarithms of the upper half of the sizes, where what is the
 * same for all sizes counts for least.
 *
 * @param exponent of the size
 * @param bound the same of n log n, and a little for noise
 */
record Growth(double exponent, double bound) {
    /** How many points a line needs. */
    static final int FEWEST = 4;

    private static final double NOISE = 0.15;

    /** Of at least {@value #FEWEST} points by increasing size. */
    static Growth of(List<ScalingReport.Point> points) {
        List<ScalingReport.Point> upper = points.subList(Math.min(points.size() / 2, points.size() - 3), points.size());
        return new Growth(
                slope(upper, ScalingReport.Point::ns),
                slope(upper, point -> point.size() * Math.log(point.size())) + NOISE);
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
