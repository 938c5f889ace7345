package org.dmafence.concurrent;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Takes steps that others wait for again when memory is short for a moment. Any thread. */
public final class Shortage {
    static final int TRIES = 10;

    private static final long PAUSE_NS = 10_000_000;

    private Shortage() {}

    /**
     * Does a step; again, a few times and with pauses of some milliseconds, if there is no memory for it.
     *
     * @param step makes something, or finishes what its last try began
     * @throws OutOfMemoryError if the last try threw it
     */
    public static <T> T outlast(Supplier<? extends T> step) {
        for (int left = TRIES - 1; ; left--) {
            try {
                return step.get();
            } catch (OutOfMemoryError e) {
                if (left <= 0) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }
}
