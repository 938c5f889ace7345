package org.dmafence.profile;

import java.util.List;
import org.dmafence.profile.HeapWatch.Sample;

/**
 * What was noted at both ends of the measured time.
 *
 * @param unsent jobs due in it that were not sent
 * @param accepted jobs due in it that were
 * @param heap what collections left in it
 */
record Measured(
        long fromNs,
        long untilNs,
        ThreadUsage before,
        ThreadUsage after,
        long backlogBefore,
        long backlogAfter,
        long unsent,
        long accepted,
        List<Sample> heap) {

    Measured with(long jobsAccepted, List<Sample> samples) {
        return new Measured(fromNs, untilNs, before, after, backlogBefore, backlogAfter, unsent, jobsAccepted, samples);
    }

    long ns() {
        return untilNs - fromNs;
    }
}
