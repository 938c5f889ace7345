package org.dmafence.replay;

import java.util.concurrent.TimeUnit;

/**
 * How long a driver may hold a replay up, all steps together. Without a bound, one that blocks for each fence takes ten
 * seconds a fence.
 */
final class Patience {
    /** A step takes milliseconds when nothing blocks. */
    private static final long STEP_NS = TimeUnit.SECONDS.toNanos(1);

    /** More is not held against the driver: the process may have been stopped. */
    private static final long MOST_OF_A_STEP_NS = TimeUnit.SECONDS.toNanos(10);

    private static final long ALL_STEPS_NS = TimeUnit.SECONDS.toNanos(30);

    private long heldUpNs;

    /** A step has taken this long. */
    void took(long ns) {
        if (ns > STEP_NS) {
            heldUpNs += Math.min(ns, MOST_OF_A_STEP_NS);
        }
    }

    /** Whether the driver is to get no more jobs. */
    boolean isOver() {
        return heldUpNs >= ALL_STEPS_NS;
    }
}
