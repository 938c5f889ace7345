package org.dmafence.ftrace;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was found in a trace; a snapshot of the stream it was asked from, complete once the stream ended.
 *
 * @param file the input as the user named it
 * @param dialects whose wording the trace speaks; empty when no event was read yet
 * @param knownEvents lines by event name, for the events this package understands
 * @param unknownEvents lines by event name, for all others; past a thousand names in one entry {@code (others)}
 * @param rings in order of appearance
 * @param entities distinct entities
 * @param clients distinct DRM clients
 * @param firstNs the trace clock at the first event line of any kind, 0 without any
 * @param lastNs the trace clock at the last event line of any kind, 0 without any
 */
public record TraceSummary(
        String file,
        Set<Dialect> dialects,
        Lines lines,
        Map<String, Long> knownEvents,
        Map<String, Long> unknownEvents,
        List<RingId> rings,
        long entities,
        long clients,
        Jobs jobs,
        Dependencies dependencies,
        Waits waits,
        Peaks peaks,
        long firstNs,
        long lastNs,
        Map<TraceWarning, WarningCount> warnings) {

    /** Which events tell of the jobs. */
    public enum Dialect {
        /** {@code drm_sched_job}, {@code drm_run_job}: identities are pointers. */
        BEFORE_6_17,
        /** {@code drm_sched_job_queue}, {@code drm_sched_job_run}: identities are {@code context:seqno}. */
        SINCE_6_17,
        /** No scheduler events of some jobs, but their driver's own, such as {@code amdgpu_cs_ioctl}. */
        DRIVER,
        /** No scheduler events; the jobs were made from {@code dma_fence} events. */
        FENCES_ONLY
    }

    /**
     * Every line of the file in exactly one class.
     *
     * @param comments lines that start with {@code #}
     * @param notes {@code cpus=8}, {@code CPU 3 is empty}
     * @param lostNotes {@code CPU:3 [LOST 12 EVENTS]}
     * @param malformed event lines that are cut or damaged
     * @param unexplained none of the others
     */
    public record Lines(
            long total,
            long comments,
            long blank,
            long notes,
            long lostNotes,
            long jobEvents,
            long fenceEvents,
            long syncTimelineEvents,
            long unknownEvents,
            long malformed,
            long unexplained) {}

    /**
     * Jobs by how far they came; {@code done <= ran <= submitted}.
     *
     * @param endedOtherwise jobs whose finished fence signalled without a completion line, such as those of a killed
     *     entity
     */
    public record Jobs(long submitted, long ran, long done, long endedOtherwise) {}

    /**
     * Dependencies by kind.
     *
     * @param foreignSignaled {@link ReplayStep.ForeignSignaled} steps
     */
    public record Dependencies(long finished, long scheduled, long foreign, long foreignSignaled) {}

    /**
     * Waits.
     *
     * @param onJobs of the started ones, those on a job's finished or scheduled fence
     */
    public record Waits(long started, long ended, long onJobs) {}

    /** The most that was kept in memory at any time. */
    public record Peaks(int heldSteps, int jobs, int fences) {}

    /**
     * How often, and the first few as {@code file:line: text}.
     */
    public record WarningCount(long count, List<String> examples) {}

    /** How often a kind of warning was given. */
    public long warnings(TraceWarning kind) {
        WarningCount count = warnings.get(kind);
        return count == null ? 0 : count.count();
    }

    /** The first few warnings of a kind as {@code file:line: text}. */
    public List<String> examples(TraceWarning kind) {
        WarningCount count = warnings.get(kind);
        return count == null ? List.of() : count.examples();
    }
}
