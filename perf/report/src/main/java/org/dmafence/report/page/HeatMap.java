package org.dmafence.report.page;

import java.util.List;

/**
 * How often something took how long, over time: a column for each time, a row for each length, in a stronger colour the
 * more often.
 *
 * @param title in words
 * @param what is counted, such as {@code jobs}
 * @param columns where each column ends; the first begins at 0
 * @param rows the edges of the rows, one more than there are rows
 * @param cells those that are not empty
 */
public record HeatMap(
        String title, String what, Hue hue, Axis x, Axis y, List<Double> columns, List<Double> rows, List<Cell> cells)
        implements Chart {
    /** A count in a column and a row. */
    public record Cell(int column, int row, long count) {}

    private static final int MOST_ROWS = 200;
    private static final int MOST_CELLS = 100_000;

    public HeatMap {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        cells = List.copyOf(cells);
        Chart.checkPlaces(columns);
        if (rows.size() > MOST_ROWS || cells.size() > MOST_CELLS) {
            throw new IllegalArgumentException(cells.size() + " cells are more than a page holds");
        }
    }

    @Override
    public String kind() {
        return "heat";
    }
}
