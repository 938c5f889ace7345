package org.dmafence.race;

import java.util.Locale;

/**
 * How to look for a schedule that breaks a law.
 *
 * @param kind all schedules, or some
 * @param seed of the random ones
 * @param bound how many moves a schedule may have; {@link #WHOLE} for as many as it takes
 * @param walks how many random schedules to try
 * @param maxStates how many states to keep at most
 */
public record Search(Kind kind, long seed, int bound, int walks, int maxStates) {
    /** No bound. */
    public static final int WHOLE = Integer.MAX_VALUE;

    private static final int WALKS = 20_000;

    /** How many states are kept unless somebody says otherwise. */
    public static final int STATES = 12_000_000;

    /** Which schedules to look at. */
    public enum Kind {
        /** Every state, nearest first, so that what is found is shortest. */
        EXHAUSTIVE,
        /** Schedules drawn at random. */
        RANDOM;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Everything. */
    public static Search exhaustive() {
        return new Search(Kind.EXHAUSTIVE, 0, WHOLE, WALKS, STATES);
    }

    /** As it is, with another kind, seed and bound. */
    public static Search of(Kind kind, long seed, int bound) {
        return new Search(kind, seed, bound, WALKS, STATES);
    }

    /** As it is, with room for other than {@value #STATES} states. */
    public Search withRoomFor(int states) {
        return new Search(kind, seed, bound, walks, states);
    }
}
