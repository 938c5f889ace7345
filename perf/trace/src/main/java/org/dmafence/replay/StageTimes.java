package org.dmafence.replay;

import org.HdrHistogram.Histogram;

/**
 * Where the time of jobs went, in nanoseconds: the same three stages in a capture and here, so that they may stand side
 * by side. Written by one thread, read when it is done.
 */
public final class StageTimes {
    private static final long MAX_NS = Long.MAX_VALUE / 4;

    /** From the submission until the job was handed to the hardware. */
    public final Histogram queueToRun = new Histogram(3);

    /** From there to its end. */
    public final Histogram runToEnd = new Histogram(3);

    /** How long the hardware was at it: from the later of its run and the end of the job before it on its ring. */
    public final Histogram hardware = new Histogram(3);

    void queued(long ns) {
        record(queueToRun, ns);
    }

    void ended(long runNs, long hardwareNs) {
        record(runToEnd, runNs);
        record(hardware, hardwareNs);
    }

    private static void record(Histogram histogram, long ns) {
        histogram.recordValue(Math.max(0, Math.min(ns, MAX_NS)));
    }
}
