package org.dmafence.inspect;

import org.jspecify.annotations.Nullable;

/** A wait that has not ended. */
final class OpenWait {
    final String task;
    final int pid;
    final long startedNs;
    final FenceName fence;

    /** The job whose fence it is. */
    final @Nullable Known job;

    /** Whether the fence is the job's scheduled one. */
    final boolean scheduled;

    final String on;

    /** Waits of one thread for one fence nest: i915's own within the subsystem's. */
    int depth = 1;

    OpenWait(String task, int pid, long startedNs, FenceName fence, @Nullable Known job, boolean scheduled, String on) {
        this.task = task;
        this.pid = pid;
        this.startedNs = startedNs;
        this.fence = fence;
        this.job = job;
        this.scheduled = scheduled;
        this.on = on;
    }
}
