package org.dmafence.compare;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.jobs.JobLife.Fate;
import org.dmafence.replay.TraceScan;
import org.dmafence.report.Units;

/**
 * The jobs of a trace by what became of them.
 *
 * @param complete ones that ran and ended
 * @param endedOtherwise ones whose fence signalled though they did not run, as a killed client's do
 * @param cutOff ones of which the capture lacks an event that it lost, or that came before every CPU recorded
 * @param queued ones that wait when the capture ends
 * @param running ones that are on the hardware when it ends
 * @param lost ones whose hardware's fence signalled and theirs did not
 * @param hung ones that the hardware does not end
 * @param replayed how many are replayed: the complete ones, those that ended otherwise, and the lost and hung ones
 */
public record JobFates(
        long complete,
        long endedOtherwise,
        long cutOff,
        long queued,
        long running,
        long lost,
        long hung,
        long replayed) {
    static JobFates of(TraceScan scan) {
        return new JobFates(
                scan.jobs(Fate.COMPLETE),
                scan.jobs(Fate.ENDED_OTHERWISE),
                scan.jobs(Fate.NOT_RECORDED),
                scan.jobs(Fate.QUEUED),
                scan.jobs(Fate.RUNNING),
                scan.jobs(Fate.LOST),
                scan.jobs(Fate.HUNG),
                scan.replayed());
    }

    /** How many are left out of the replay. */
    long leftOut() {
        return cutOff + queued + running;
    }

    /** Why, in words; empty if none is. */
    String whyLeftOut() {
        List<String> reasons = new ArrayList<>();
        if (cutOff > 0) {
            reasons.add("of " + Units.count(cutOff)
                    + " the submission, the run or the end is missing: lost, or from before every CPU recorded");
        }
        if (queued > 0) {
            reasons.add(Units.count(queued) + " still waited when the capture ended");
        }
        if (running > 0) {
            reasons.add(Units.count(running) + (running == 1 ? " was" : " were") + " still on the hardware then");
        }
        return String.join("; ", reasons);
    }
}
