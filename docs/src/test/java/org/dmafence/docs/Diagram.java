package org.dmafence.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws a diagram of boxes and arrows as SVG; {@code docs/diagrams/README.md} has the language. Readable in light and
 * dark.
 */
final class Diagram {
    private static final String HEAD = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$s %2$s" width="%1$s" height="%2$s" font-family="sans-serif" font-size="13">
            <style>
            .box { fill: #ffffff; stroke: #57606a; } .bar { fill: #ddf4ff; stroke: #0969da; } .line { stroke: #57606a; fill: none; }
            text { fill: #1f2328; text-anchor: middle; } .head { fill: #57606a; }
            @media (prefers-color-scheme: dark) {
            .box { fill: #161b22; stroke: #9198a1; } .bar { fill: #0c2d6b; stroke: #4493f8; } .line { stroke: #9198a1; }
            text { fill: #f0f6fc; } .head { fill: #9198a1; }
            }
            </style>
            <defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
            <path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
            """;
    private static final int LINE_HEIGHT = 16;

    /** A rectangle by its corner and size. */
    private record Box(double x, double y, double width, double height) {
        double midX() {
            return x + width / 2;
        }

        double midY() {
            return y + height / 2;
        }

        /** How much of the way from the middle towards another point lies inside. */
        double inside(double dx, double dy) {
            return Math.min(
                    dx == 0 ? Double.MAX_VALUE : width / 2 / Math.abs(dx),
                    dy == 0 ? Double.MAX_VALUE : height / 2 / Math.abs(dy));
        }
    }

    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final StringBuilder svg = new StringBuilder();

    private Diagram() {}

    /** What a text describes. */
    static String svg(String text) {
        Diagram diagram = new Diagram();
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(diagram::draw);
        return diagram.svg.append("</svg>\n").toString();
    }

    /** The arrows of a text, as {@code FROM TO}. */
    static List<String> arrows(String text) {
        List<String> arrows = new ArrayList<>();
        text.lines().filter(line -> line.startsWith("arrow ")).forEach(line -> {
            String[] words = line.split(" ", 4);
            arrows.add(words[1] + " " + words[2]);
        });
        return arrows;
    }

    private void draw(String line) {
        String kind = line.substring(0, line.indexOf(' '));
        switch (kind) {
            case "size" -> {
                String[] words = line.split(" ", -1);
                svg.append(HEAD.formatted(words[1], words[2]));
            }
            case "box" -> {
                String[] words = line.split(" ", 7);
                Box box = box(words, 2);
                boxes.put(words[1], box);
                rectangle("box", box, words[6]);
            }
            case "bar" -> {
                String[] words = line.split(" ", 6);
                rectangle("bar", box(words, 1), words[5]);
            }
            case "arrow" -> {
                String[] words = line.split(" ", 4);
                arrow(boxOf(words[1], line), boxOf(words[2], line), words.length > 3 ? words[3] : "");
            }
            case "line", "dashed", "arrowhead" -> {
                String[] words = line.split(" ", -1);
                stroke(kind, number(words[1]), number(words[2]), number(words[3]), number(words[4]));
            }
            case "text" -> {
                String[] words = line.split(" ", 4);
                label(number(words[1]), number(words[2]), words[3]);
            }
            default -> throw new IllegalArgumentException("no such figure: " + line);
        }
    }

    private static Box box(String[] words, int from) {
        return new Box(number(words[from]), number(words[from + 1]), number(words[from + 2]), number(words[from + 3]));
    }

    private Box boxOf(String name, String line) {
        Box box = boxes.get(name);
        if (box == null) {
            throw new IllegalArgumentException("no box " + name + " before: " + line);
        }
        return box;
    }

    private void rectangle(String style, Box box, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" rx=\"5\"/>\n",
                style,
                box.x,
                box.y,
                box.width,
                box.height));
        int lines = text.split("\\\\n").length;
        label(box.midX(), box.midY() + 5 - (lines - 1) * LINE_HEIGHT / 2.0, text);
    }

    private void arrow(Box from, Box to, String text) {
        double dx = to.midX() - from.midX();
        double dy = to.midY() - from.midY();
        double first = from.inside(dx, dy);
        double last = 1 - to.inside(dx, dy);
        stroke(
                "arrowhead",
                from.midX() + first * dx,
                from.midY() + first * dy,
                from.midX() + last * dx,
                from.midY() + last * dy);
        if (!text.isEmpty()) {
            int lines = text.split("\\\\n").length;
            double middle = (first + last) / 2;
            label(
                    from.midX() + middle * dx + (dx == 0 ? 50 : 0),
                    from.midY() + middle * dy - 6 - (lines - 1) * LINE_HEIGHT,
                    text);
        }
    }

    private void stroke(String kind, double x1, double y1, double x2, double y2) {
        String style = kind.equals("dashed")
                ? " stroke-dasharray=\"4 4\""
                : kind.equals("arrowhead") ? " marker-end=\"url(#head)\"" : "";
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"line\" x1=\"%.0f\" y1=\"%.0f\" x2=\"%.0f\" y2=\"%.0f\"%s/>\n",
                x1,
                y1,
                x2,
                y2,
                style));
    }

    private void label(double x, double y, String text) {
        double lineY = y;
        for (String line : text.split("\\\\n", -1)) {
            svg.append(String.format(Locale.ROOT, "<text x=\"%.0f\" y=\"%.0f\">%s</text>\n", x, lineY, escaped(line)));
            lineY += LINE_HEIGHT;
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static double number(String word) {
        return Double.parseDouble(word);
    }
}
