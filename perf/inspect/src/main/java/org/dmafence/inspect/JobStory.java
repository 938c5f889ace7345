package org.dmafence.inspect;

import java.util.List;
import org.dmafence.jobs.JobLife.Fate;
import org.jspecify.annotations.Nullable;

/**
 * One job, with where its time went. Times are the capture's clock.
 *
 * @param fence its finished fence as {@code CONTEXT:SEQNO}; empty where the capture does not tell
 * @param id the driver's or scheduler's number for it
 * @param client who submitted
 * @param task the thread that submitted, empty where the capture does not tell
 * @param beganNs when the hardware began with it
 * @param dependencies what it waited for before it could run
 * @param parts in the order of time; together they are the time from its submission to its end
 * @param interruptLost whether a timer found its end
 * @param refreshes of a display while it was in flight; null if there were none, or none is recorded
 */
public record JobStory(
        String fence,
        String device,
        String ring,
        String id,
        String client,
        String task,
        Fate fate,
        long submittedNs,
        @Nullable Long ranNs,
        @Nullable Long beganNs,
        @Nullable Long endedNs,
        @Nullable Long signaledNs,
        List<String> dependencies,
        List<Part> parts,
        boolean interruptLost,
        @Nullable Refreshes refreshes) {
    public JobStory {
        dependencies = List.copyOf(dependencies);
        parts = List.copyOf(parts);
    }

    /** From its submission to the last that is known of it. */
    public long totalNs() {
        return lastNs() - submittedNs;
    }

    private long lastNs() {
        if (signaledNs != null) {
            return signaledNs;
        }
        if (endedNs != null) {
            return endedNs;
        }
        return ranNs != null ? ranNs : submittedNs;
    }

    /** How a person finds it: by its fence, or else by its number on its ring. */
    public String name() {
        return fence.isEmpty() ? "job " + id : fence;
    }

    /** The ring with its device. */
    public String where() {
        return device.isEmpty() ? ring : device + "/" + ring;
    }
}
