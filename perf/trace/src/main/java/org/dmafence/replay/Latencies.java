package org.dmafence.replay;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Nanoseconds along a job's way. Written by the replay's thread, but for the last one; read when the replay is closed.
 */
public final class Latencies {
    private static final long MAX_NS = TimeUnit.DAYS.toNanos(1);

    /** From the submission until the scheduler handed the job to the hardware; includes waiting for dependencies. */
    public final Histogram submitToRun = histogram();

    /** From there until the driver's fence signalled; at full speed, the steps of the trace in between. */
    public final Histogram runToSignal = histogram();

    /** From telling the hardware that a job is done until the driver's fence signalled: the driver's interrupt. */
    public final Histogram doneToSignal = histogram();

    /** From the fence's timestamp until its callback ran. */
    public final Histogram signalToCallback = histogram();

    /**
     * From the fence's timestamp until a thread that waited for it went on; written by such threads, under its monitor.
     */
    public final Histogram signalToWake = histogram();

    private static Histogram histogram() {
        return new Histogram(1, MAX_NS, 3);
    }

    static void record(Histogram histogram, long ns) {
        histogram.recordValue(Math.min(Math.max(0, ns), MAX_NS));
    }
}
