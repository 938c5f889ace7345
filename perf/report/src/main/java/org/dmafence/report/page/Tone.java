package org.dmafence.report.page;

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

    /** Good or bad. */
    public static Tone of(boolean good) {
        return good ? GOOD : BAD;
    }
}
