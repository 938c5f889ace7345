package org.dmafence.inspect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a capture has of one fence.
 *
 * @param job whose finished or scheduled fence it is; null if it is no job's
 * @param waits the waits for it
 * @param moments in the order of time
 * @param leftOut moments beyond those that are kept
 */
public record Story(String fence, @Nullable JobStory job, List<WaitStory> waits, List<Moment> moments, long leftOut) {
    /** Something that happened to it. */
    public record Moment(long timeNs, int cpu, String task, String what) {}

    /** Whether the capture has anything of it. */
    public boolean found() {
        return job != null || !waits.isEmpty() || !moments.isEmpty();
    }
}
