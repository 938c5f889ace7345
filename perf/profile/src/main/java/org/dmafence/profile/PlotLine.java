package org.dmafence.profile;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * A line of a percentile plot.
 *
 * @param name in the legend
 * @param earlier whether it is of the run that this one is held against
 */
record PlotLine(String name, Histogram histogram, Color colour, boolean earlier) {
    private static final int TICKS_PER_HALF = 8;

    /** A place on the axis and the time there. */
    record Point(double x, double ns) {}

    /**
     * The curve's points, up to where there are enough values for one.
     *
     * @param axis the last place on the axis
     */
    List<Point> points(double axis) {
        double most = Math.min(axis, PercentileAxis.lastMark(histogram.getTotalCount()));
        List<Point> points = new ArrayList<>();
        for (HistogramIterationValue value : histogram.percentiles(TICKS_PER_HALF)) {
            double x = PercentileAxis.place(value.getPercentileLevelIteratedTo());
            points.add(new Point(Math.min(x, most), Math.max(1, value.getValueIteratedTo())));
            if (x >= most) {
                break;
            }
        }
        return points;
    }
}
