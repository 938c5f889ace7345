package org.dmafence.inspect;

import java.util.List;
import org.dmafence.report.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What {@code inspect} found in a capture. Times are the capture's clock.
 *
 * @param rings in the order of their appearance
 * @param clients the busiest first
 * @param waits the slowest ones
 * @param slowest the slowest jobs
 * @param notEnded the first jobs that did not end, but for those that the capture cuts off
 * @param stuck the fences that hold others back at the capture's end
 * @param findings what to know first
 * @param story of the fence that was asked for
 * @param baseline the earlier capture that this one is held against; null for none
 * @param changes what is different from that
 */
@Schema("inspect")
public record Inspection(
        CaptureFacts capture,
        JobTally jobs,
        List<RingRow> rings,
        List<ClientRow> clients,
        WaitTimes waiting,
        List<WaitStory> waits,
        List<JobStory> slowest,
        List<JobStory> notEnded,
        List<Stuck> stuck,
        List<Finding> findings,
        @Nullable Story story,
        @Nullable String baseline,
        List<CaptureChange> changes) {
    /** The same beside what an earlier capture had. */
    public Inspection against(Inspection earlier) {
        return new Inspection(
                capture,
                jobs,
                rings,
                clients,
                waiting,
                waits,
                slowest,
                notEnded,
                stuck,
                findings,
                story,
                earlier.capture.file(),
                CaptureChanges.between(earlier, this));
    }

    /** Whether no job and no wait is in it. */
    public boolean holdsNothing() {
        return jobs.seen() == 0 && waiting.started() == 0;
    }

    /** Whether no job hangs or is lost. */
    public boolean sound() {
        return findings.stream().noneMatch(finding -> finding.level() == Finding.Level.BAD);
    }
}
