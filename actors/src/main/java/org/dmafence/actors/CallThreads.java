package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.dmafence.rcu.RcuThread;

/**
 * Threads for calls that no actor makes itself, because they may wait. Each call has a short-lived daemon thread of its
 * own, so no pool can be used up. The thread keeps nothing of the one that made the call.
 */
final class CallThreads {
    /** How soon a thread that could not be made is tried again. */
    private static final Duration RETRY_EVERY = Duration.ofMillis(50);

    /** A thread for each, as for each call. */
    private static final Executor THREADS =
            task -> RcuThread.detached(task, "dmafence-reply").start();

    private CallThreads() {}

    /** Where clients' stages complete: what hangs on them is their code, which no actor runs. */
    static Executor executor() {
        return THREADS;
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
     * Runs a call that may wait and that must be made: until a thread can be made for it, the clock's thread tries
     * again and again. It fails without being made only if there is not even memory to ask for that.
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
}
