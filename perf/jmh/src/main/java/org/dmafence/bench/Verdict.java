package org.dmafence.bench;

/** What a row comes to. */
public enum Verdict {
    /** Better than the bar, and than the stretch beyond it. */
    STRETCH,
    /** The bar is reached. */
    OK,
    /** It is not. */
    MISSED,
    /** Could not be measured here, as somebody or something is missing; the note says what. */
    LEFT_OUT,
    /** The measurement itself failed. */
    FAILED;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
