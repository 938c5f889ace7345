package org.dmafence.inspect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One wait for a fence, with where its time went. Times are the capture's clock.
 *
 * @param on what the fence is: the ring of its job, or its driver and timeline
 * @param job the fence of the job that signals it; null if it is no job's
 * @param endedNs null if the wait is not over at the capture's end
 * @param signaledNs null if the capture has no signal of that fence
 * @param signaledBy the thread that was on the CPU which signalled
 * @param parts in the order of time
 */
public record WaitStory(
        String task,
        int pid,
        String fence,
        String on,
        @Nullable String job,
        long startedNs,
        @Nullable Long endedNs,
        @Nullable Long signaledNs,
        @Nullable String signaledBy,
        List<Part> parts) {
    public WaitStory {
        parts = List.copyOf(parts);
    }

    /** How long it took; only for one that ended. */
    public long totalNs() {
        return endedNs == null ? 0 : endedNs - startedNs;
    }
}
