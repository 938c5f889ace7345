package org.dmafence.race;

import java.util.List;
import org.dmafence.report.Schema;
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
@Schema("race")
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
     * @param due whether this form is to break a law here, in this memory
     * @param verdict {@code CLEAN}, {@code BOUNDED}, {@code FOUND}, {@code UNFINISHED} or {@code STOPPED}
     * @param whole whether every schedule was looked at
     * @param depth how long the longest schedule is, each being the shortest to its end
     * @param failures a schedule for each law that is broken, the shortest first
     */
    public record Result(
            String scenario,
            String variant,
            String role,
            String memory,
            boolean due,
            String verdict,
            boolean whole,
            long states,
            long transitions,
            int depth,
            long tookNs,
            List<Failure> failures) {
        /** Whether a law is broken. */
        public boolean found() {
            return !failures.isEmpty();
        }
    }

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

    /** Whether it was ended before all searches were done. */
    public boolean interrupted() {
        return results.stream().anyMatch(result -> result.verdict().equals("STOPPED"));
    }

    /**
     * Whether all came out as it is to, and to an end: nothing sound broke a law, and nothing that is to do so got away
     * with it.
     */
    public boolean good() {
        return results.stream().noneMatch(result -> Standing.of(result) == Standing.BAD);
    }
}
