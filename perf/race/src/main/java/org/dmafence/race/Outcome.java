package org.dmafence.race;

import java.util.List;

/**
 * What a search came to.
 *
 * @param verdict in a word
 * @param whole whether it looked at every schedule there is
 * @param states states, or moves of random schedules, that were looked at
 * @param transitions how many moves led to them
 * @param depth the length of the longest schedule among those, each the shortest to its end
 * @param tookNs how long it took
 * @param failures a schedule for each law that is broken, the shortest first
 */
public record Outcome(
        Verdict verdict, boolean whole, long states, long transitions, int depth, long tookNs, List<Failure> failures) {
    /** The ways to end. */
    public enum Verdict {
        /** No schedule breaks a law. */
        CLEAN,
        /** None of those that were asked for does, but there are others. */
        BOUNDED,
        /** One does. */
        FOUND,
        /** There was no memory to look at all that was asked for. */
        UNFINISHED,
        /** The user did not want to wait. */
        STOPPED
    }

    /** A schedule and the law that its last move breaks. */
    record Failure(Law law, String detail, List<Move> moves) {}
}
