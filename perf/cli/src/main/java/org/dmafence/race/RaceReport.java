package org.dmafence.race;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code race} found.
 *
 * @param memories which were looked at
 * @param search {@code exhaustive}, {@code random} or {@code replay}
 * @param seed of a random search
 * @param bound the longest schedule that was looked at, null for no bound
 * @param results in the order of the request
 * @param tookNs all of it
 */
public record RaceReport(
        List<String> memories,
        String search,
        long seed,
        @Nullable Integer bound,
        List<Result> results,
        long tookNs) {
    /**
     * One search.
     *
     * @param role {@code HISTORY}, {@code SOUND} or {@code MUTANT}: only a sound one is to be clean
     * @param verdict {@code CLEAN}, {@code BOUNDED}, {@code FOUND} or {@code STOPPED}
     * @param depth how long the longest schedule is, each being the shortest to its end; for a failure, its length
     */
    public record Result(
            String scenario,
            String variant,
            String role,
            String memory,
            String verdict,
            long states,
            long transitions,
            int depth,
            long tookNs,
            @Nullable Failure failure) {}

    /**
     * A schedule that breaks a law.
     *
     * @param law its name
     * @param words what is forbidden
     * @param detail what happened
     * @param question what it answers
     * @param where who asked that, and when
     */
    public record Failure(
            String law,
            String words,
            String detail,
            String question,
            String where,
            List<String> parties,
            List<Schedule.Row> rows) {}

    /** Whether everything that is to be clean is. */
    public boolean sound() {
        return results.stream().noneMatch(r -> r.failure() != null && r.role().equals(Variant.Role.SOUND.name()));
    }
}
