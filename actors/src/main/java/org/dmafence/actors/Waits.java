package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What actors don't do themselves: wait. Each call has a short-lived daemon thread, so that no pool can be used up. */
final class Waits {
    /** More than Akka's scheduler accepts is as good as for ever. */
    private static final long LONGEST_TIMER_NS = Duration.ofDays(20).toNanos();

    private Waits() {}

    /** A time that a timer can be set to. */
    static Duration timer(long timeoutNs) {
        return Duration.ofNanos(Math.min(timeoutNs, LONGEST_TIMER_NS));
    }

    /** Runs a call that may wait. */
    static <T> CompletionStage<T> call(String name, Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(body.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                "dmafence-" + name);
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
