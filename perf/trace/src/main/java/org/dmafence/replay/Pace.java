package org.dmafence.replay;

import java.util.concurrent.locks.LockSupport;

/** When to take the next step: at once, or when the trace's clock says so. Belongs to one thread. */
public final class Pace {
    private final double speed;
    private boolean started;
    private long firstTraceNs;
    private long firstNs;

    private Pace(double speed) {
        this.speed = speed;
    }

    /** As fast as the pipeline goes. */
    public static Pace max() {
        return new Pace(Double.POSITIVE_INFINITY);
    }

    /**
     * Follows the trace's clock.
     *
     * @param speed 1 for real time, 10 for ten times as fast
     * @throws IllegalArgumentException unless it is a positive number
     */
    public static Pace of(double speed) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("a speed of " + speed + "; use a positive number, such as 10, or max");
        }
        return new Pace(speed);
    }

    /** Waits until it is time for a step; where the trace's clock goes backwards, the step is due at once. */
    void await(long traceNs) throws InterruptedException {
        if (Double.isInfinite(speed)) {
            return;
        }
        long now = System.nanoTime();
        if (!started) {
            started = true;
            firstTraceNs = traceNs;
            firstNs = now;
        }
        long dueNs = firstNs + (long) ((traceNs - firstTraceNs) / speed);
        for (long left = dueNs - now; left > 0; left = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException("the replay was interrupted");
            }
        }
    }
}
