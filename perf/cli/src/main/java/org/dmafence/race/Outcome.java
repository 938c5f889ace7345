package org.dmafence.race;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search came to.
 *
 * @param verdict in a word
 * @param states states, or moves of random schedules, that were looked at
 * @param transitions how many moves led to them
 * @param depth the length of the longest schedule among those, each the shortest to its end
 * @param tookNs how long it took
 * @param failure the schedule that breaks a law
 */
public record Outcome(
        Verdict verdict,
        long states,
        long transitions,
        int depth,
        long tookNs,
        @Nullable Failure failure) {
    /** The ways to end. */
    public enum Verdict {
        /** No schedule breaks a law. */
        CLEAN,
        /** None of those that were looked at does, but there are others. */
        BOUNDED,
        /** One does. */
        FOUND,
        /** The user did not want to wait. */
        STOPPED
    }

    /** A schedule and the law that its last move breaks. */
    record Failure(Law law, String detail, List<Move> moves) {}
}
