package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.dmafence.rcu.RcuThread;

/**
 * What actors don't do themselves: wait. Each call has a short-lived daemon thread, so that no pool can be used up, and one that
 * keeps nothing of whoever happened to make the call.
 */
final class Waits {
    /** More than Akka's scheduler accepts is as good as for ever. */
    private static final long LONGEST_TIMER_NS = Duration.ofDays(20).toNanos();

    /** How soon a thread that could not be made is tried again. */
    private static final Duration RETRY_EVERY = Duration.ofMillis(50);

    /** A thread for each, as for each call. */
    private static final Executor THREADS =
            task -> RcuThread.detached(task, "dmafence-reply").start();

    private Waits() {}

    /** Where clients' stages complete: what hangs on them is their code, which no actor runs. */
    static Executor threads() {
        return THREADS;
    }

    /** A time that a timer can be set to. */
    static Duration timer(long timeoutNs) {
        return Duration.ofNanos(Math.min(timeoutNs, LONGEST_TIMER_NS));
    }

    /** A time in nanoseconds, the longest of which is as good as for ever. */
    static long nanos(Duration time) {
        return time.toSeconds() > TimeUnit.NANOSECONDS.toSeconds(LONGEST_TIMER_NS) ? LONGEST_TIMER_NS : time.toNanos();
    }

    /** Runs a call that may wait. One that no thread can be made for has failed. */
    static <T> CompletionStage<T> call(String name, Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            start(name, body, result);
        } catch (Throwable e) { // no reason for the actor that asked to fail
            result.completeExceptionally(e);
        }
        return result;
    }

    /**
     * Runs a call that may wait and that must be made: until a thread can be made for it, the clock's thread tries again and again.
     * It fails without being made only if there is not even memory to ask for that.
     */
    static <T> CompletionStage<T> callAtLast(HardwareClock clock, String name, Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        startAtLast(clock, () -> start(name, body, result), result);
        return result;
    }

    /** Likewise, whatever starts it. */
    static void startAtLast(HardwareClock clock, Runnable start, CompletableFuture<?> result) {
        try {
            start.run();
        } catch (Throwable e) {
            try {
                Future<?> unused = clock.after(RETRY_EVERY, () -> startAtLast(clock, start, result));
            } catch (Throwable worse) {
                result.completeExceptionally(worse);
            }
        }
    }

    private static <T> void start(String name, Callable<T> body, CompletableFuture<T> result) {
        RcuThread.detached(
                        () -> {
                            try {
                                result.complete(body.call());
                            } catch (Throwable e) {
                                result.completeExceptionally(e);
                            }
                        },
                        "dmafence-" + name)
                .start();
    }

    /** Fails a reply that did not come before its actor ended. */
    static void refuseAfter(
            CompletionStage<?> ended, CompletableFuture<?> reply, Supplier<? extends RuntimeException> refusal) {
        unlessDone(ended, reply, () -> reply.completeExceptionally(refusal.get()));
    }

    /** Answers with another answer, unless there is one before. */
    static <T> void relay(CompletionStage<T> answer, CompletableFuture<T> reply) {
        unlessDone(answer, reply, () -> {
            CompletionStage<T> unused = answer.whenComplete((value, failure) -> {
                if (failure == null) {
                    reply.complete(value);
                } else {
                    reply.completeExceptionally(failure);
                }
            });
        });
    }

    /**
     * Does something when a stage completes before a reply does. A stage that outlives many replies keeps none that is done:
     * it would keep the drivers in them, with all that is theirs, for as long as the subsystem lives.
     */
    private static void unlessDone(CompletionStage<?> stage, CompletableFuture<?> reply, Runnable action) {
        // Of all that depends on a stage only anyOf is taken back when it is not wanted any more.
        CompletionStage<Object> unused = CompletableFuture.anyOf(stage.toCompletableFuture(), reply)
                .whenComplete((first, failure) -> {
                    if (!reply.isDone()) {
                        action.run();
                    }
                });
    }

    /**
     * A reply that fails if it does not come in time: its actor may wait for a thread that hangs in a driver. What a client has
     * run by it runs on a thread made for that.
     */
    static <T> CompletionStage<T> within(
            HardwareClock clock, CompletableFuture<T> reply, Duration timeout, String what) {
        Future<?> timer = clock.after(
                timeout,
                () -> callAtLast(
                        clock,
                        "time-out",
                        () -> reply.completeExceptionally(
                                new TimeoutException( // runs the client's code
                                        what + " has not ended within " + timeout
                                                + "; see which thread hangs in the driver"))));
        return reply.whenCompleteAsync((answer, failure) -> timer.cancel(false), THREADS);
    }
}
