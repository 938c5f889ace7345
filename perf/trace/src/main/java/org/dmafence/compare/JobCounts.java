package org.dmafence.compare;

import java.util.List;
import org.dmafence.replay.ReplayTally;

/**
 * What became of the jobs.
 *
 * @param submitted jobs submitted
 * @param run jobs handed to the hardware
 * @param finished jobs that ended well
 * @param failed jobs that ended with an error: those that hang in the trace or were killed in it, and the spoiled ones
 * @param spoiled those that ended with an error for no reason that is known: a trace completes them, or no job took too
 *     long
 * @param givenUp those that were ended because too many were in flight
 */
public record JobCounts(long submitted, long run, long finished, long failed, long spoiled, long givenUp) {
    /** The sum over replays. */
    public static JobCounts of(List<ReplayTally> tallies) {
        return new JobCounts(
                tallies.stream().mapToLong(ReplayTally::submitted).sum(),
                tallies.stream().mapToLong(ReplayTally::run).sum(),
                tallies.stream().mapToLong(ReplayTally::finished).sum(),
                tallies.stream().mapToLong(ReplayTally::failed).sum(),
                tallies.stream().mapToLong(ReplayTally::spoiled).sum(),
                tallies.stream().mapToLong(ReplayTally::givenUp).sum());
    }

    /** Whether each job ended exactly once. */
    public boolean conserved() {
        return submitted == finished + failed;
    }
}
