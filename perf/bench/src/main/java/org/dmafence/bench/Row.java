package org.dmafence.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table: one contender's figure beside another's, or beside a number.
 *
 * @param name what the command line chooses it by
 * @param what for people
 * @param group who measures it
 * @param ours the contender that is to be good
 * @param peer whom it is compared with; {@code null} for a bar that is a number
 * @param bar of the ratio, or of the figure
 * @param limit the best that anybody could do, as a contender; where it misses the bar too, the result says so
 */
record Row(
        String name,
        String what,
        String group,
        Metric metric,
        String ours,
        @Nullable String peer,
        Bar bar,
        @Nullable String limit) {
    /** Fewer windows have no spread to speak of. */
    static final int FEWEST = 3;

    /** The same beside a limit. */
    Row limitedBy(String contender) {
        return new Row(name, what, group, metric, ours, peer, bar, contender);
    }

    /** What the windows come to. */
    RowResult result(Samples samples, @Nullable String failure) {
        if (failure != null) {
            return without(Verdict.FAILED, failure);
        }
        String missing = samples.missing().get(ours);
        if (missing == null && peer != null) {
            missing = samples.missing().get(peer);
        }
        if (missing != null) {
            return without(Verdict.LEFT_OUT, missing);
        }
        double[] mine = samples.of(ours, metric);
        double[] theirs = peer == null ? ones(mine.length) : samples.of(peer, metric);
        if (mine.length == 0 || theirs.length != mine.length) {
            return without(Verdict.FAILED, mine.length + " windows of " + ours + ", " + theirs.length + " of " + peer);
        }
        Summary spread = Resampling.of(mine, theirs, metric.statistic, bar);
        boolean fewWindows = mine.length < FEWEST && !isExact();
        Verdict verdict = fewWindows && !bar.isNone() ? Verdict.UNCLEAR : bar.verdict(spread);
        double own = Summary.of(mine).of(metric.statistic);
        double other = Summary.of(theirs).of(metric.statistic);
        double value = bar.compare(own, other);
        return new RowResult(
                name,
                what,
                group,
                bar.direction(),
                bar.isNone() ? null : (Double) bar.limit(),
                bar.stretch(),
                ours,
                own,
                peer,
                peer == null ? null : other,
                metric.unit,
                mine.length,
                value,
                spread,
                verdict,
                verdict == Verdict.MISSED
                        ? outOfReach(samples, other)
                        : fewWindows ? "too few windows for a verdict: " + mine.length : null);
    }

    /** Whether each window has the same figure, as the size of an object. */
    private boolean isExact() {
        return metric == Metric.BYTES && peer == null;
    }

    private @Nullable String outOfReach(Samples samples, double other) {
        double[] best = limit == null ? new double[0] : samples.of(limit, metric);
        if (best.length == 0) {
            return null;
        }
        double value = bar.compare(Summary.of(best).of(metric.statistic), other);
        return !bar.reached(value)
                ? String.format(Locale.ROOT, "out of reach here: %s itself is at %.2f", limit, value)
                : null;
    }

    private RowResult without(Verdict verdict, String note) {
        return new RowResult(
                name,
                what,
                group,
                bar.direction(),
                bar.isNone() ? null : (Double) bar.limit(),
                bar.stretch(),
                ours,
                null,
                peer,
                null,
                metric.unit,
                0,
                null,
                null,
                verdict,
                note);
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }
}
