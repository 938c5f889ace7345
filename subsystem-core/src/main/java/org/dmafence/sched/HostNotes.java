package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/** What the scheduler's host, and nobody else, notes about a job. */
abstract class HostNotes {
    /** Whether the scheduler has the job. */
    boolean pushed;

    /** Whether it is among the pending. */
    boolean pending;

    /** Whether its end was taken note of. */
    boolean done;

    /** Whether its id is among those of the jobs that were handed out; see {@link JobIds}. */
    boolean numbered;

    /** Whether the scheduler has freed it. */
    boolean freed;

    /** Whether its credits are in use. */
    boolean charged;

    /** How many credits that is. */
    int charge;

    /** A fence of the driver's own, which it prepared when all others had signalled; with a reference. */
    private @Nullable DmaFence prepared;

    HostNotes() {}

    /** Takes over what the driver prepared, and releases what it prepared before. */
    @Nullable DmaFence prepared(@Nullable DmaFence next) {
        if (prepared != null) {
            prepared.release();
        }
        prepared = next;
        return next;
    }
}
