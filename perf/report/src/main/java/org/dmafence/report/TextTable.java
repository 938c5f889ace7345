package org.dmafence.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of wrapped text, as wide as the terminal. */
public final class TextTable {
    /** Where there is no terminal. */
    private static final int WIDTH = 100;

    /** Tables need that much, and nobody reads lines that are longer. */
    private static final int LEAST = 72;

    private static final int MOST = 200;

    private static final int GAP = 2;

    /** A last column that wraps is no narrower, even if the table is too wide then. */
    private static final int LEAST_LAST = 16;

    /** One cell. */
    public record Cell(String text, Style style) {
        /** A plain one. */
        public static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }

        /** One that says whether something is as it should be. */
        public static Cell of(boolean good, String text) {
            return new Cell(text, good ? Style.GOOD : Style.BAD);
        }
    }

    private final int[] widths;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    /** A table with columns of fixed widths. */
    public TextTable(boolean colour, int... widths) {
        this.colour = colour;
        this.widths = widths;
    }

    /** How wide a report is at most: the system property {@code dmafence.columns}, within reason; 100 without it. */
    public static int width() {
        return Math.max(LEAST, Math.min(MOST, Integer.getInteger("dmafence.columns", WIDTH)));
    }

    /** A narrow first column, and the rest shared evenly by others. */
    public static TextTable withLabels(boolean colour, int label, int columns) {
        int[] widths = new int[columns + 1];
        Arrays.fill(widths, Math.min(40, (width() - label) / Math.max(1, columns) - GAP));
        widths[0] = label;
        return new TextTable(colour, widths);
    }

    /** A table whose columns are as wide as their widest cell; the last one wraps. */
    public static String fitted(boolean colour, List<List<Cell>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<Cell> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], clean(row.get(i).text()).length());
            }
        }
        int last = widths.length - 1;
        int before = Arrays.stream(widths, 0, last).map(w -> w + GAP).sum();
        widths[last] = Math.max(LEAST_LAST, Math.min(widths[last], width() - before));
        TextTable table = new TextTable(colour, widths);
        rows.forEach(table::row);
        return table.toString();
    }

    /** A line of cells; each is wrapped within its column. */
    public void row(List<Cell> cells) {
        List<List<String>> wrapped = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            wrapped.add(wrap(cells.get(i).text(), widths[i]));
        }
        int lines = wrapped.stream().mapToInt(List::size).max().orElse(0);
        for (int line = 0; line < lines; line++) {
            StringBuilder text = new StringBuilder();
            int at = 0;
            for (int i = 0; i < cells.size(); i++) {
                if (line < wrapped.get(i).size() && !wrapped.get(i).get(line).isEmpty()) {
                    String part = wrapped.get(i).get(line);
                    int start = start(i);
                    text.append(" ".repeat(start - at))
                            .append(cells.get(i).style().apply(part, colour));
                    at = start + part.length();
                }
            }
            out.append(text).append('\n');
        }
    }

    /** A heading over the rows that follow. */
    public void heading(String text) {
        out.append('\n').append(Style.BOLD.apply(text, colour)).append('\n');
    }

    private int start(int column) {
        return Arrays.stream(widths, 0, column).map(w -> w + GAP).sum();
    }

    /** What a file or a driver says must not move the cursor, nor turn the direction of what follows. */
    public static String clean(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /**
     * Breaks at blanks, and inside words only where one is longer than a line. Cleans it, as everything wrapped is to
     * be printed.
     */
    public static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : clean(text).split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            int from = 0;
            for (; word.length() - from > width; from += width) {
                lines.add(word.substring(from, from + width));
            }
            line.append(line.isEmpty() ? "" : " ").append(word, from, word.length());
        }
        lines.add(line.toString());
        return lines;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
