package org.dmafence.concurrent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Waits that an interrupt does not cut short: each ends as without it, with the interrupt status set for the caller.
 */
public final class Uninterruptibly {
    private Uninterruptibly() {}

    /** One attempt at a wait. */
    public interface Attempt<T extends @Nullable Object> {
        /** Waits up to a time, which may be past. */
        T within(long leftNs) throws InterruptedException;
    }

    /** What the first attempt answers that no interrupt ends; each is told what is left of the time. */
    public static <T extends @Nullable Object> T attempt(long timeoutNs, Attempt<T> attempt) {
        long beganNs = System.nanoTime();
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    return attempt.within(timeoutNs - (System.nanoTime() - beganNs));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /** Polls until the condition holds, idling between the looks. */
    public static void until(BooleanSupplier condition, IdleStrategy idle) {
        if (condition.getAsBoolean()) {
            return;
        }
        boolean interrupted = false;
        try {
            do {
                // A pending interrupt would turn each park into a spin.
                interrupted |= Thread.interrupted();
                idle.idle();
            } while (!condition.getAsBoolean());
        } finally {
            restore(interrupted);
        }
    }

    /** As {@link #until}, up to a time; false if it passed. */
    public static boolean within(long timeoutNs, BooleanSupplier condition) {
        return within(timeoutNs, condition, new BackoffIdleStrategy());
    }

    /** As {@link #within(long, BooleanSupplier)}, idling as it is told. */
    public static boolean within(long timeoutNs, BooleanSupplier condition, IdleStrategy idle) {
        long beganNs = System.nanoTime();
        until(() -> condition.getAsBoolean() || System.nanoTime() - beganNs >= timeoutNs, idle);
        return condition.getAsBoolean();
    }

    /** False if the time passed first; a time that is not positive only looks. */
    public static boolean await(CountDownLatch latch, long timeoutNs) {
        if (timeoutNs <= 0) { // what is left of the most negative time would overflow into the longest
            return latch.getCount() == 0;
        }
        return attempt(timeoutNs, leftNs -> latch.await(leftNs, TimeUnit.NANOSECONDS));
    }

    /** Waits for a thread's end, its thread locals' included; false if the time passed first. */
    public static boolean join(Thread thread, long timeoutNs) {
        return attempt(timeoutNs, leftNs -> {
            TimeUnit.NANOSECONDS.timedJoin(thread, leftNs);
            return !thread.isAlive();
        });
    }

    /** What a future completes with. */
    public static <T extends @Nullable Object> T get(Future<T> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
