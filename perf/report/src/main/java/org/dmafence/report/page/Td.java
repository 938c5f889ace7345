package org.dmafence.report.page;

import static j2html.TagCreator.td;

import j2html.tags.specialized.TdTag;
import org.dmafence.report.TextTable;
import org.jspecify.annotations.Nullable;

/**
 * A table's cell.
 *
 * @param kind how it is set
 * @param text as it is to be read, whatever is in it
 * @param hue of a mark before the text
 * @param title what a pointer over it shows
 */
public record Td(
        Kind kind,
        String text,
        Tone tone,
        @Nullable Hue hue,
        @Nullable String title) {
    /** What is in a cell. */
    public enum Kind {
        /** A few words on the left that stay on one line. */
        NAME,
        /** Words on the left, as many lines as they need. */
        WORDS,
        /** A number on the right. */
        NUMBER
    }

    /** What stands in a text's table. */
    public static Td of(Kind kind, TextTable.Cell cell) {
        return new Td(kind, cell.text().strip(), Tone.of(cell.style()), null, null);
    }

    /** A name. */
    public static Td name(String text) {
        return new Td(Kind.NAME, text, Tone.PLAIN, null, null);
    }

    /** Words. */
    public static Td words(String text) {
        return new Td(Kind.WORDS, text, Tone.PLAIN, null, null);
    }

    /** A number, with its unit. */
    public static Td number(String text) {
        return new Td(Kind.NUMBER, text, Tone.PLAIN, null, null);
    }

    /** The same in another tone. */
    public Td toned(Tone other) {
        return new Td(kind, text, other, hue, title);
    }

    /** The same with a mark in a colour. */
    public Td marked(Hue colour) {
        return new Td(kind, text, tone, colour, title);
    }

    /** The same with an explanation. */
    public Td titled(String explanation) {
        return new Td(kind, text, tone, hue, explanation);
    }

    TdTag element() {
        TdTag cell = td();
        String style = (styleOf(kind) + " " + tone.style()).strip();
        if (!style.isEmpty()) {
            cell = cell.withClass(style);
        }
        if (title != null) {
            cell = cell.withTitle(title);
        }
        return (hue == null ? cell : cell.with(Mark.square(hue))).withText(text);
    }

    static String styleOf(Kind kind) {
        return switch (kind) {
            case NAME -> "";
            case WORDS -> "words";
            case NUMBER -> "number";
        };
    }
}
