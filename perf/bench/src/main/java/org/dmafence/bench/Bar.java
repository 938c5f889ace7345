package org.dmafence.bench;

import org.jspecify.annotations.Nullable;

/**
 * What a figure is to reach.
 *
 * @param beyond whether the figure is the difference to the peer's, and not the ratio
 * @param direction whether less or more is better
 * @param limit the bar; not a number if there is none
 * @param stretch what would be better still, or {@code null}
 */
record Bar(
        boolean beyond,
        Direction direction,
        double limit,
        @Nullable Double stretch) {
    static Bar atMost(double limit) {
        return new Bar(false, Direction.AT_MOST, limit, null);
    }

    static Bar atLeast(double limit) {
        return new Bar(false, Direction.AT_LEAST, limit, null);
    }

    /** A figure that is to be seen, of which nobody knows what it should be. */
    static Bar none(Direction direction) {
        return new Bar(false, direction, Double.NaN, null);
    }

    boolean isNone() {
        return Double.isNaN(limit);
    }

    /** How much more than the peer's it may be. */
    static Bar atMostBeyond(double limit) {
        return new Bar(true, Direction.AT_MOST, limit, null);
    }

    /** Our figure as the bar wants it. */
    double compare(double ours, double peers) {
        return beyond ? ours - peers : ours / peers;
    }

    Bar stretch(double value) {
        return new Bar(beyond, direction, limit, value);
    }

    /**
     * Of a figure that was measured.
     *
     * @param spread of it: a bar in the midst of that is neither reached nor missed
     */
    Verdict verdict(Summary spread) {
        if (isNone()) {
            return Verdict.NO_BAR;
        }
        double worst = direction == Direction.AT_MOST ? spread.p90() : spread.p10();
        double best = direction == Direction.AT_MOST ? spread.p10() : spread.p90();
        Double further = stretch;
        if (further != null && direction.reaches(worst, further)) {
            return Verdict.STRETCH;
        }
        if (direction.reaches(worst, limit)) {
            return Verdict.OK;
        }
        return direction.reaches(best, limit) ? Verdict.UNCLEAR : Verdict.MISSED;
    }

    boolean reached(double value) {
        return direction.reaches(value, limit);
    }
}
