package org.dmafence.fence;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How a thread waits for another to take a few steps: spins briefly, yields, then parks for longer and longer, so that
 * a preempted holder gets its time slice back. Made only when there is something to wait for.
 */
final class Backoff {
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 1_000_000;

    private final BackoffIdleStrategy idle = new BackoffIdleStrategy(20, 10, MIN_PARK_NS, MAX_PARK_NS);
    private final long startNs = System.nanoTime();

    /**
     * Waits a little, making the back-off on first use. Without memory for one it parks briefly and answers {@code
     * null}: a thread that has won a signal and waits for the lock bit again must not fail.
     */
    static @Nullable Backoff next(@Nullable Backoff backoff) {
        Backoff used = backoff;
        if (used == null) {
            try {
                used = new Backoff();
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(MIN_PARK_NS);
                return null;
            }
        }
        used.pause();
        return used;
    }

    void pause() {
        idle.idle();
    }

    /** For how long this has been going on, in real time whatever the runtime's clock says: it bounds a real wait. */
    long elapsedNs() {
        return System.nanoTime() - startNs;
    }
}
