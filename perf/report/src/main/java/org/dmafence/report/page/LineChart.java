package org.dmafence.report.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines over an axis they share.
 *
 * @param title in words
 * @param low whether it says so little that half the height will do
 * @param places on the x axis, rising
 * @param names what each place is called beside the values there, if not by its number
 */
public record LineChart(
        String title,
        boolean low,
        Axis x,
        Axis y,
        List<Double> places,
        @Nullable List<String> names,
        List<Series> series)
        implements Chart {
    public LineChart {
        places = List.copyOf(places);
        series = List.copyOf(series);
        Chart.checkPlaces(places);
        if (series.size() > MOST_SERIES) {
            throw new IllegalArgumentException(series.size() + " lines are more than a page holds");
        }
        for (Series each : series) {
            if (each.values().size() != places.size()) {
                throw new IllegalArgumentException(
                        each.name() + " has " + each.values().size() + " values at " + places.size() + " places");
            }
        }
    }

    @Override
    public String kind() {
        return "lines";
    }
}
