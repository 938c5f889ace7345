package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What becomes of a client's stage when its actor ends, answers late, or does not answer at all. */
final class Replies {
    private Replies() {}

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
     * Does something when a stage completes before a reply does. A stage that outlives many replies keeps none that is
     * done: it would keep the drivers in them, with all that is theirs, for as long as the subsystem lives.
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
     * A reply that fails if it does not come in time: its actor may wait for a thread that hangs in a driver. What a
     * client has run by it runs on a thread made for that.
     */
    static <T> CompletionStage<T> within(
            HardwareClock clock, CompletableFuture<T> reply, Duration timeout, String what) {
        Future<?> timer = clock.after(
                timeout,
                () -> CallThreads.callAtLast(
                        clock,
                        "time-out",
                        () -> reply.completeExceptionally(
                                new TimeoutException( // runs the client's code
                                        what + " has not ended within " + timeout
                                                + "; see which thread hangs in the driver"))));
        return reply.whenCompleteAsync((answer, failure) -> timer.cancel(false), CallThreads.executor());
    }
}
