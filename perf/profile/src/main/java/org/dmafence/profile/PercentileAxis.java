package org.dmafence.profile;

import java.util.List;
import java.util.stream.IntStream;
import org.dmafence.report.page.Axis;

/**
 * An axis with 0, 50, 90, 99, 99.9 and so on at equal distances: each step has a fraction of the jobs of the one
 * before, but deserves the same room.
 */
final class PercentileAxis {
    private static final String[] LABELS = {"0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"};
    private static final double[] PERCENTILES = {0, 50, 90, 99, 99.9, 99.99, 99.999};
    private static final int LAST = LABELS.length - 1;
    private static final int FIRST_NINE = 2;

    private PercentileAxis() {}

    /** The percentile at a place, {@code 0} to {@code 6}; exact at the marks. */
    static double percentile(double place) {
        int mark = (int) place;
        double on = place - mark;
        double above = mark == 0 ? Math.pow(0.5, on) : mark == 1 ? 0.5 * Math.pow(0.2, on) : Math.pow(10, 1 - place);
        return on == 0 ? PERCENTILES[mark] : 100 * (1 - above);
    }

    /** The axis up to a mark. */
    static Axis upTo(int last) {
        List<Axis.Mark> marks = IntStream.rangeClosed(0, last)
                .mapToObj(mark -> new Axis.Mark(mark, LABELS[mark]))
                .toList();
        return Axis.marked("percentile of jobs", marks);
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
