package org.dmafence.report.page;

import java.util.Locale;

/** A colour by name; {@code page.css} has its value in the light and in the dark. Most people can tell them apart. */
public enum Hue {
    BLUE,
    ORANGE,
    GREEN,
    PURPLE,
    GOLD,
    SLATE,
    PINK,
    AMBER,
    BROWN,
    RED,
    GREY,
    INK;

    private static final int SERIES = 6;

    /** A series' by its place among others. */
    public static Hue of(int place) {
        return values()[place % SERIES];
    }

    /** The style class of an element in this colour. */
    public String style() {
        return "hue-" + name().toLowerCase(Locale.ROOT);
    }
}
