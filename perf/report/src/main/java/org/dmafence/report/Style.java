package org.dmafence.report;

/** How a piece of text looks on a terminal that has colours. */
public enum Style {
    PLAIN(""),
    BOLD("1"),
    FAINT("2"),
    GOOD("32"),
    BAD("31"),
    NOTE("33");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text in this style, or as it is without colours. */
    public String apply(String text, boolean colour) {
        return !colour || code.isEmpty() || text.isBlank() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
