package org.dmafence.race;

import java.util.List;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.Schedule.Row;
import org.dmafence.report.TextTable;

/** Draws a schedule as SVG: a line for each party, a box for each move, time going down. */
final class SequenceDrawing {
    private static final int WIDTH = 1080;
    private static final int MARGIN = 44;
    private static final int GAP = 22;
    private static final int LINE = 17;
    private static final int PADDING = 7;
    private static final int HEAD = 40;

    /** How wide a letter of the font is at most, on the average. */
    private static final double LETTER = 7.0;

    private static final String[] COLOURS = {"#2563eb", "#0f8a6d", "#9333ea", "#b7860b", "#475569", "#d9480f", "#0e7490"
    };

    private final Failure failure;
    private final StringBuilder lines = new StringBuilder();
    private final StringBuilder boxes = new StringBuilder();
    private final int column;

    private SequenceDrawing(Failure failure) {
        this.failure = failure;
        column = (WIDTH - MARGIN) / failure.parties().size();
    }

    static String of(Failure failure) {
        return new SequenceDrawing(failure).draw();
    }

    private String draw() {
        int y = HEAD;
        List<Row> rows = failure.rows();
        for (int i = 0; i < rows.size(); i++) {
            boolean last = i == rows.size() - 1;
            y = box(i + 1, rows.get(i), y, last) + 6;
        }
        y = verdict(y);
        for (int party = 0; party < failure.parties().size(); party++) {
            int x = MARGIN + party * column + column / 2;
            String colour = COLOURS[party % COLOURS.length];
            lines.append(String.format(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-opacity=\"0.35\" stroke-width=\"2\"/>%n",
                    x, HEAD - 8, x, y - 8, colour));
            lines.append(String.format(
                    "<text x=\"%d\" y=\"20\" text-anchor=\"middle\" font-weight=\"650\" fill=\"%s\">%s</text>%n",
                    x, colour, RaceHtml.text(failure.parties().get(party))));
        }
        return String.format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n%s%s</svg>%n",
                WIDTH, y + 8, RaceHtml.text(failure.detail()), lines, boxes);
    }

    private int box(int number, Row row, int y, boolean last) {
        String colour = COLOURS[row.party() % COLOURS.length];
        int x = MARGIN + row.party() * column + GAP / 2;
        int width = column - GAP;
        List<String> text = TextTable.wrap(row.text(), (int) ((width - 2 * PADDING) / LETTER));
        int height = text.size() * LINE + 2 * PADDING - 2;
        boolean apart = !row.how().equals("step");
        boxes.append(String.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#6b7785\">%d</text>%n",
                MARGIN - 12, y + LINE + PADDING - 5, number));
        boxes.append(String.format(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"%s/>%n",
                x,
                y,
                width,
                height,
                last ? "#fdecec" : "#ffffff",
                last ? "#c02626" : colour,
                last ? "2" : "1.3",
                apart ? " stroke-dasharray=\"5 3\"" : ""));
        text(text, x + PADDING, y, "#1f2933");
        return y + height;
    }

    private int verdict(int y) {
        List<String> text = TextTable.wrap(failure.detail(), (int) ((WIDTH - MARGIN) / LETTER));
        text(text, MARGIN + GAP / 2, y, "#c02626");
        return y + text.size() * LINE + 2 * PADDING;
    }

    private void text(List<String> text, int x, int y, String colour) {
        for (int i = 0; i < text.size(); i++) {
            boxes.append(String.format(
                    "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
                    x, y + PADDING + LINE * (i + 1) - 5, colour, RaceHtml.text(text.get(i))));
        }
    }
}
