package org.dmafence.bench;

import org.jspecify.annotations.Nullable;

/**
 * What a figure is to reach.
 *
 * @param beyond whether the figure is the difference to the peer's, and not the ratio
 * @param direction whether less or more is better
 * @param limit the bar
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

    Verdict verdict(double value) {
        Double further = stretch;
        if (further != null && direction.reaches(value, further)) {
            return Verdict.STRETCH;
        }
        return direction.reaches(value, limit) ? Verdict.OK : Verdict.MISSED;
    }
}
