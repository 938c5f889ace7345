package org.dmafence.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceSummary;

/**
 * What was found in a trace.
 *
 * @param file as the user named it
 * @param dialects {@code BEFORE_6_17}, {@code SINCE_6_17} or {@code FENCES_ONLY}
 * @param lines every line in exactly one class
 * @param warnings what was odd, by kind
 * @param rings {@code device/name} in order of appearance
 * @param entities distinct submitters
 * @param clients distinct DRM clients
 * @param jobs by how far they came in the trace
 * @param spanNs from the first to the last event on the trace's clock
 */
public record TraceInput(
        String file,
        List<String> dialects,
        TraceSummary.Lines lines,
        Map<String, TraceSummary.WarningCount> warnings,
        List<String> rings,
        long entities,
        long clients,
        TraceSummary.Jobs jobs,
        TraceSummary.Dependencies dependencies,
        TraceSummary.Waits waits,
        long spanNs) {

    /** A complete stream's summary. */
    public static TraceInput of(TraceSummary summary) {
        Map<String, TraceSummary.WarningCount> warnings = new TreeMap<>();
        summary.warnings().forEach((kind, count) -> warnings.put(kind.name(), count));
        return new TraceInput(
                summary.file(),
                summary.dialects().stream().map(Enum::name).sorted().toList(),
                summary.lines(),
                warnings,
                summary.rings().stream().map(RingId::toString).toList(),
                summary.entities(),
                summary.clients(),
                summary.jobs(),
                summary.dependencies(),
                summary.waits(),
                summary.lastNs() - summary.firstNs());
    }
}
