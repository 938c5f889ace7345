package org.dmafence.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceSummary;
import org.dmafence.ftrace.TraceWarning;
import org.dmafence.replay.TraceScan;
import org.dmafence.report.Units;

/**
 * What was found in a trace.
 *
 * @param file as the user named it
 * @param format what the capture was recognised as, such as {@code trace.dat}
 * @param dialects {@code BEFORE_6_17}, {@code SINCE_6_17}, {@code DRIVER} or {@code FENCES_ONLY}
 * @param lines every line in exactly one class
 * @param events lines by event name, understood or not
 * @param warnings what was odd, by kind
 * @param rings {@code device/name} in order of appearance
 * @param entities distinct submitters
 * @param clients distinct DRM clients
 * @param jobs by how far they came in the trace
 * @param fates the same jobs by what became of them
 * @param untracked jobs too many in flight to know whether the trace completes them
 * @param capturedNs how long the complete ones took there
 * @param spanNs from the first to the last event on the trace's clock
 */
public record TraceInput(
        String file,
        String format,
        List<String> dialects,
        TraceSummary.Lines lines,
        Map<String, Long> events,
        Map<String, TraceSummary.WarningCount> warnings,
        List<String> rings,
        long entities,
        long clients,
        TraceSummary.Jobs jobs,
        JobFates fates,
        TraceSummary.Dependencies dependencies,
        TraceSummary.Waits waits,
        long untracked,
        StageNs capturedNs,
        long spanNs) {
    private static final int EVENTS_NAMED = 6;
    private static final String NEEDED =
            "jobs come from drm_sched_job_queue and drm_sched_job_run (drm_sched_job and drm_run_job before 6.17), or else from"
                    + " a driver's own, such as amdgpu_cs_ioctl and amdgpu_sched_run_job, or from dma_fence_emit and"
                    + " dma_fence_signaled; record with trace-cmd record -e gpu_scheduler -e dma_fence";

    /** A trace that was read to its end. */
    public static TraceInput of(TraceScan scan) {
        TraceSummary summary = scan.summary();
        Map<String, TraceSummary.WarningCount> warnings = new TreeMap<>();
        summary.warnings().forEach((kind, count) -> warnings.put(kind.name(), count));
        return new TraceInput(
                summary.file(),
                scan.format(),
                summary.dialects().stream().map(Enum::name).sorted().toList(),
                summary.lines(),
                events(summary),
                warnings,
                summary.rings().stream().map(RingId::toString).toList(),
                summary.entities(),
                summary.clients(),
                summary.jobs(),
                JobFates.of(scan),
                summary.dependencies(),
                summary.waits(),
                scan.untracked() + summary.warnings(TraceWarning.JOB_FORGOTTEN),
                StageNs.of(scan.times()),
                summary.lastNs() - summary.firstNs());
    }

    private static Map<String, Long> events(TraceSummary summary) {
        Map<String, Long> events = new TreeMap<>(summary.unknownEvents());
        summary.knownEvents().forEach((name, lines) -> events.merge(name, lines, Long::sum));
        return events;
    }

    /** Why nothing of it can be replayed, in words; empty if something can. */
    public List<String> nothingReplayed() {
        if (fates.replayed() > 0) {
            return List.of();
        }
        return List.of(
                jobs.submitted() == 0
                        ? file + ": nothing was replayed, no job could be read from its " + contents() + "; " + NEEDED
                                + "."
                        : file + ": nothing was replayed, the capture has the whole life of none of its "
                                + Units.count(jobs.submitted(), "job") + ": " + fates.whyLeftOut() + "; " + NEEDED
                                + ", for longer.");
    }

    /** Whether its jobs are requests that i915 submits itself, without a scheduler. */
    boolean isOfI915() {
        return dialects.contains("DRIVER") && events.keySet().stream().anyMatch(name -> name.contains("i915_"));
    }

    /** What the trace has, for somebody who expected jobs in it: the most frequent events. */
    private String contents() {
        String most = events.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(EVENTS_NAMED)
                .map(event -> event.getKey() + " " + Units.count(event.getValue()))
                .collect(Collectors.joining(", "));
        String others = events.size() > EVENTS_NAMED ? ", and " + (events.size() - EVENTS_NAMED) + " more" : "";
        return Units.count(lines.total(), "line") + (most.isEmpty() ? " without an event" : ": " + most + others);
    }
}
