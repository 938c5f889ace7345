package org.dmafence.compare;

import org.dmafence.replay.Latencies;
import org.dmafence.report.Percentiles;

/** Latencies along a job's way; see {@link Latencies} for where each begins and ends. */
public record LatencyNs(
        Percentiles submitToRun,
        Percentiles runToSignal,
        Percentiles doneToSignal,
        Percentiles signalToCallback,
        Percentiles signalToWake) {
    /** Reads them off the histograms. */
    public static LatencyNs of(Latencies latencies) {
        return new LatencyNs(
                Percentiles.of(latencies.submitToRun),
                Percentiles.of(latencies.runToSignal),
                Percentiles.of(latencies.doneToSignal),
                Percentiles.of(latencies.signalToCallback),
                Percentiles.of(latencies.signalToWake));
    }
}
