package org.dmafence.inspect;

import java.util.Map;
import org.dmafence.jobs.JobLife.Fate;

/**
 * Jobs by what became of them; {@code seen} is the sum of the others.
 *
 * @param endedOtherwise ones whose fence signalled though they did not run
 * @param cutOff what is missing of them lies beyond the capture's edge, or was lost
 * @param lost the hardware's fence signalled, and theirs did not
 */
public record JobTally(
        long seen, long complete, long endedOtherwise, long cutOff, long queued, long running, long lost, long hung) {
    static JobTally of(Map<Fate, Long> byFate) {
        return new JobTally(
                byFate.values().stream().mapToLong(Long::longValue).sum(),
                byFate.getOrDefault(Fate.COMPLETE, 0L),
                byFate.getOrDefault(Fate.ENDED_OTHERWISE, 0L),
                byFate.getOrDefault(Fate.NOT_RECORDED, 0L),
                byFate.getOrDefault(Fate.QUEUED, 0L),
                byFate.getOrDefault(Fate.RUNNING, 0L),
                byFate.getOrDefault(Fate.LOST, 0L),
                byFate.getOrDefault(Fate.HUNG, 0L));
    }
}
