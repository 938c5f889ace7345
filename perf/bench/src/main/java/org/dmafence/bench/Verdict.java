package org.dmafence.bench;

import java.util.List;

/** What a row comes to. */
public enum Verdict {
    /** Better than the bar, and than the stretch beyond it. */
    STRETCH,
    /** The bar is reached. */
    OK,
    /** It is not. */
    MISSED,
    /** It lies within the spread: measure again, for longer, or on a machine that is quiet. */
    UNCLEAR,
    /** There is nothing that it is to reach: a figure to look at. */
    NO_BAR,
    /** Could not be measured here, as somebody or something is missing; the note says what. */
    LEFT_OUT,
    /** The measurement itself failed. */
    FAILED;

    /**
     * Whether a run with such a row ends well.
     *
     * @param strict whether the bar has to be reached without a doubt
     */
    public boolean sound(boolean strict) {
        return this != FAILED && !(strict && (this == MISSED || this == UNCLEAR));
    }

    /**
     * Whether a run ends well.
     *
     * @param strict whether all bars have to be reached, and there has to be one
     */
    public static boolean sound(List<Verdict> verdicts, boolean strict) {
        return verdicts.stream().allMatch(verdict -> verdict.sound(strict))
                && !(strict && verdicts.stream().allMatch(verdict -> verdict == LEFT_OUT || verdict == NO_BAR));
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
