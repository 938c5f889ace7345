package org.dmafence.profile;

import java.util.List;
import org.dmafence.profile.HeapWatch.Sample;

/**
 * What was noted at both ends of the measured time.
 *
 * @param unsent jobs due in it that were not sent
 * @param accepted jobs due in it that were
 * @param heldUpNs for how long each client's full queue held up the sender in it
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
        List<Long> heldUpNs,
        List<Sample> heap) {

    Measured with(long jobsAccepted, List<Long> clientsHeldUpNs, List<Sample> samples) {
        return new Measured(
                fromNs,
                untilNs,
                before,
                after,
                backlogBefore,
                backlogAfter,
                unsent,
                jobsAccepted,
                clientsHeldUpNs,
                samples);
    }

    /** Of a client; the sleeper holds up nobody but itself. */
    long heldUpNs(int client) {
        return client < heldUpNs.size() ? heldUpNs.get(client) : 0;
    }

    long ns() {
        return untilNs - fromNs;
    }
}
