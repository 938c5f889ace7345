package org.dmafence.race;

import static j2html.TagCreator.each;
import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.Schedule.Row;
import org.dmafence.report.TextTable;
import org.dmafence.report.page.Hue;

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

    private final Failure failure;
    private final List<DomContent> lines = new ArrayList<>();
    private final List<DomContent> boxes = new ArrayList<>();
    private final int column;

    private SequenceDrawing(Failure failure) {
        this.failure = failure;
        column = (WIDTH - MARGIN) / failure.parties().size();
    }

    static DomContent of(Failure failure) {
        return new SequenceDrawing(failure).draw();
    }

    private DomContent draw() {
        int y = HEAD;
        List<Row> rows = failure.rows();
        for (int i = 0; i < rows.size(); i++) {
            boolean last = i == rows.size() - 1;
            y = box(i + 1, rows.get(i), y, last) + 6;
        }
        y = verdict(y);
        for (int party = 0; party < failure.parties().size(); party++) {
            int x = MARGIN + party * column + column / 2;
            String hue = Hue.of(party).style();
            lines.add(tag("line")
                    .attr("x1", x)
                    .attr("y1", HEAD - 8)
                    .attr("x2", x)
                    .attr("y2", y - 8)
                    .withClass(hue));
            lines.add(text(failure.parties().get(party), x, 20, "party " + hue));
        }
        return tag("svg")
                .attr("viewBox", "0 0 " + WIDTH + " " + (y + 8))
                .attr("role", "img")
                .attr("aria-label", failure.detail())
                .with(each(lines, line -> line), each(boxes, box -> box));
    }

    private int box(int number, Row row, int y, boolean last) {
        int x = MARGIN + row.party() * column + GAP / 2;
        int width = column - GAP;
        List<String> text = TextTable.wrap(row.text(), (int) ((width - 2 * PADDING) / LETTER));
        int height = text.size() * LINE + 2 * PADDING - 2;
        boolean apart = !row.how().equals("step");
        boxes.add(text(String.valueOf(number), MARGIN - 12, y + LINE + PADDING - 5, "number"));
        boxes.add(tag("rect")
                .attr("x", x)
                .attr("y", y)
                .attr("width", width)
                .attr("height", height)
                .attr("rx", 5)
                .withClass(Hue.of(row.party()).style() + (apart ? " apart" : "") + (last ? " last" : "")));
        text(text, x + PADDING, y, "move");
        return y + height;
    }

    private int verdict(int y) {
        List<String> text = TextTable.wrap(failure.detail(), (int) ((WIDTH - MARGIN) / LETTER));
        text(text, MARGIN + GAP / 2, y, "verdict");
        return y + text.size() * LINE + 2 * PADDING;
    }

    private void text(List<String> text, int x, int y, String style) {
        for (int i = 0; i < text.size(); i++) {
            boxes.add(text(text.get(i), x, y + PADDING + LINE * (i + 1) - 5, style));
        }
    }

    private static ContainerTag<?> text(String text, int x, int y, String style) {
        ContainerTag<?> element = tag("text").attr("x", x).attr("y", y).withClass(style);
        element.withText(text);
        return element;
    }
}
