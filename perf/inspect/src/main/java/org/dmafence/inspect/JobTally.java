package org.dmafence.inspect;

import org.dmafence.jobs.JobLife.Fate;

/**
 * Jobs by what became of them; {@code seen} is the sum of the others.
 *
 * @param endedOtherwise ones whose fence signalled though they did not run
 * @param cutOff what is missing of them lies beyond the capture's edge, or was lost
 * @param lost the hardware's fence signalled, and theirs did not
 */
public record JobTally(
        long seen,
        long complete,
        long endedOtherwise,
        long cutOff,
        long queued,
        long running,
        long lost,
        long hung) {
    static JobTally of(long[] byFate) {
        long seen = 0;
        for (long count : byFate) {
            seen += count;
        }
        return new JobTally(
                seen,
                byFate[Fate.COMPLETE.ordinal()],
                byFate[Fate.ENDED_OTHERWISE.ordinal()],
                byFate[Fate.NOT_RECORDED.ordinal()],
                byFate[Fate.QUEUED.ordinal()],
                byFate[Fate.RUNNING.ordinal()],
                byFate[Fate.LOST.ordinal()],
                byFate[Fate.HUNG.ordinal()]);
    }
}
