package org.dmafence.report.page;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a chart.
 *
 * @param name in the legend
 * @param dots whether each value has a dot
 * @param values one for each place of the chart, {@code null} where there is none
 */
public record Series(String name, Hue hue, boolean dashed, boolean dots, List<@Nullable Double> values) {
    public Series {
        values = Collections.unmodifiableList(values); // may have nulls in it
    }

    /** A line. */
    public static Series line(String name, Hue hue, List<@Nullable Double> values) {
        return new Series(name, hue, false, false, values);
    }

    /** A dashed line. */
    public static Series dashed(String name, Hue hue, List<@Nullable Double> values) {
        return new Series(name, hue, true, false, values);
    }

    /** A line with a dot at each value. */
    public static Series dotted(String name, Hue hue, List<@Nullable Double> values) {
        return new Series(name, hue, false, true, values);
    }
}
