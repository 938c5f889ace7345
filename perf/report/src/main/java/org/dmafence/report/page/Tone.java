package org.dmafence.report.page;

import org.dmafence.report.Style;

/** What something on a page means for the reader. */
public enum Tone {
    PLAIN(""),
    GOOD("good"),
    BAD("bad"),
    NOTE("note");

    private final String style;

    Tone(String style) {
        this.style = style;
    }

    /** The style class. */
    public String style() {
        return style;
    }

    /** What a style on a terminal means. */
    public static Tone of(Style style) {
        return switch (style) {
            case GOOD -> GOOD;
            case BAD -> BAD;
            case NOTE -> NOTE;
            default -> PLAIN;
        };
    }

    /** Good or bad. */
    public static Tone of(boolean good) {
        return good ? GOOD : BAD;
    }
}
