package org.dmafence.rcu;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** Uninterruptible waiting that keeps the interrupt status for the caller. */
final class Uninterruptibly {
    private Uninterruptibly() {}

    /** Polls until the condition holds: backing off into sleep, or only yielding when the caller is in a hurry. */
    static void until(BooleanSupplier condition, boolean expedited) {
        if (condition.getAsBoolean()) {
            return;
        }
        IdleStrategy idle = expedited ? YieldingIdleStrategy.INSTANCE : new BackoffIdleStrategy();
        boolean interrupted = false;
        try {
            do {
                // A pending interrupt would turn each park into a spin.
                interrupted |= Thread.interrupted();
                idle.idle();
            } while (!condition.getAsBoolean());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #until}, up to a time; false if it passed. */
    static boolean within(long timeoutNs, BooleanSupplier condition) {
        long beganNs = System.nanoTime();
        until(() -> condition.getAsBoolean() || System.nanoTime() - beganNs >= timeoutNs, false);
        return condition.getAsBoolean();
    }

    static void await(CountDownLatch latch) {
        boolean unused = await(latch, Long.MAX_VALUE);
    }

    /** False if the time passed first; a time that is not positive only looks. */
    static boolean await(CountDownLatch latch, long timeoutNs) {
        if (timeoutNs <= 0) { // what is left of the most negative time would overflow into the longest
            return latch.getCount() == 0;
        }
        long beganNs = System.nanoTime();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return latch.await(timeoutNs - (System.nanoTime() - beganNs), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
