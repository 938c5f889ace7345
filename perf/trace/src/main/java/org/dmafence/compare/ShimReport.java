package org.dmafence.compare;

import java.util.List;
import org.dmafence.departure.Departure;

/**
 * One driver's fences in the traces.
 *
 * @param shim as it was asked for: {@code driver}, or {@code driver/issuer} for another of its ops tables
 * @param driver the module that was loaded
 * @param issuer the ops table of its jobs' fences
 * @param policy of its schedulers: {@code fifo}, {@code rr} or {@code fair}
 * @param ops the optional ops of that table, in the kernel's order and spelling
 * @param lock {@code INLINE}, {@code OWN} or {@code EXTERNAL}
 * @param detaches whether a fence drops the table when it signals
 * @param independent whether a signalled fence refers to nothing of the driver
 * @param reason why, or why not
 * @param names what a fence of the driver answered when asked for its names
 * @param jobs what became of the jobs of all traces
 * @param fences what the module's ledger says
 * @param conserved whether each job ended and each fence signalled, exactly once
 * @param runOrder the order of runs against the traces'
 * @param latencyNs latencies over all traces
 * @param unload how the driver left
 * @param reported how many broken rules the subsystem reported
 * @param traces the same by trace
 */
public record ShimReport(
        String shim,
        String driver,
        String issuer,
        String policy,
        List<String> ops,
        String lock,
        boolean detaches,
        boolean independent,
        String reason,
        Names names,
        JobCounts jobs,
        Fences fences,
        boolean conserved,
        RunOrderReport runOrder,
        LatencyNs latencyNs,
        Departure unload,
        long reported,
        List<TraceResult> traces) {

    /**
     * The names of one hardware fence at three times.
     *
     * @param unsignaled while its job was on the hardware
     * @param signaled after it signalled
     * @param afterUnload after the driver had gone
     */
    public record Names(NamePair unsignaled, NamePair signaled, NamePair afterUnload) {}

    /**
     * What a fence answered.
     *
     * @param driver the driver's name; {@code -} if there was no fence to ask
     * @param timeline the timeline's name
     */
    public record NamePair(String driver, String timeline) {
        /** There was no fence to ask. */
        public static final NamePair NONE = new NamePair("-", "-");
    }

    /**
     * The driver's fences.
     *
     * @param created how many it made
     * @param signaled how many signalled
     * @param left how many had not when the driver had gone
     */
    public record Fences(long created, long signaled, long left) {}

    /**
     * One trace on this driver.
     *
     * @param file the trace
     * @param foreignFences fences made in place of other drivers'
     * @param foreignLeft of those, the ones the trace left unsignalled
     * @param waits the trace's waits that a thread repeated
     * @param waitsSkipped those that none did
     * @param fairness what each client got, on the trace's clock
     * @param replayedNs how long the jobs took here that the trace completes too
     */
    public record TraceResult(
            String file,
            JobCounts jobs,
            RunOrderReport runOrder,
            long foreignFences,
            long foreignLeft,
            long waits,
            long waitsSkipped,
            FairnessReport fairness,
            StageNs replayedNs) {}

    /**
     * Whether nothing was lost or failed for no reason, no entity's jobs ran out of order, no rule was broken, and the
     * driver left, if need be by force.
     */
    public boolean sound() {
        return conserved
                && jobs.spoiled() == 0
                && runOrder.fifoBreaks() == 0
                && reported == 0
                && unload.gone()
                && unload.lateCallsAreSafe();
    }
}
