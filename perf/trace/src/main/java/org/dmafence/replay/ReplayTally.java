package org.dmafence.replay;

import java.util.List;
import org.dmafence.fairness.ServiceLog;

/**
 * What became of the jobs of one replay.
 *
 * @param submitted jobs submitted
 * @param run jobs handed to the hardware
 * @param finished jobs that ended well
 * @param failed jobs that ended with an error: those that hang in the trace or were killed in it, and the spoiled ones
 * @param spoiled jobs that ended with an error though the trace completes them
 * @param pending jobs that have not ended
 * @param givenUp jobs ended because too many were in flight
 * @param foreignFences fences made in place of other drivers'
 * @param foreignLeft of those, the ones the trace left unsignalled
 * @param waits waits of the trace's tasks that a thread repeated
 * @param waitsSkipped waits there was no thread for, or whose fence is no part of the replay
 * @param rings in order of appearance
 * @param service what each client got, on the trace's clock
 * @param times of the jobs that the trace completes too
 */
public record ReplayTally(
        long submitted,
        long run,
        long finished,
        long failed,
        long spoiled,
        long pending,
        long givenUp,
        long foreignFences,
        long foreignLeft,
        long waits,
        long waitsSkipped,
        List<RunOrderCheck> rings,
        ServiceLog service,
        StageTimes times) {

    /** Whether each job ended exactly once. */
    public boolean conserved() {
        return pending == 0 && submitted == finished + failed;
    }
}
