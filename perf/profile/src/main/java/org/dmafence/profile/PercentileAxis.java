package org.dmafence.profile;

/**
 * An axis with 0, 50, 90, 99, 99.9 and so on at equal distances: each step has a fraction of the jobs of the one before, but deserves
 * the same room.
 */
final class PercentileAxis {
    private static final String[] LABELS = {"0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"};
    private static final int LAST = LABELS.length - 1;
    private static final int FIRST_NINE = 2;

    private PercentileAxis() {}

    /** Where a percentile is; {@code 0} to {@code 6}, or beyond for the maximum. */
    static double place(double percentile) {
        double above = 1 - percentile / 100;
        if (above <= 0) {
            return LAST + 1;
        }
        if (above > 0.5) {
            return Math.log(1 / above) / Math.log(2);
        }
        if (above > 0.1) {
            return 1 + Math.log(0.5 / above) / Math.log(5);
        }
        return FIRST_NINE - 1 - Math.log10(above);
    }

    /** What is written at a mark. */
    static String label(int mark) {
        return LABELS[mark];
    }

    /** The last mark that so many values say something about: ten of them lie above. */
    static int lastMark(long count) {
        int mark = FIRST_NINE;
        for (long needed = 1_000; mark < LAST && count >= needed; needed *= 10) {
            mark++;
        }
        return mark;
    }
}
