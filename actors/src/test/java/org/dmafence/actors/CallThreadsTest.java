package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CallThreadsTest {
    @Test
    void shouldTryUntilAThreadCanBeMade() {
        AtomicInteger failures = new AtomicInteger(3);
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        try (HardwareClock clock = new HardwareClock(System::nanoTime)) {
            CallThreads.startAtLast(
                    clock,
                    () -> {
                        if (failures.getAndDecrement() > 0) {
                            throw new OutOfMemoryError("unable to create native thread, not really");
                        }
                        result.complete(true);
                    },
                    result);

            assertThat(result).as("no thread yet").isNotDone();
            assertThat(SubsystemTest.get(result)).isTrue();
        }
    }

    @Test
    void shouldFailWhenNobodyCanBeAskedToTryAgain() {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        HardwareClock broken = new HardwareClock(System::nanoTime) {
            @Override
            Future<?> after(Duration delay, Runnable task) {
                throw new OutOfMemoryError("not really");
            }
        };
        try (broken) {
            CallThreads.startAtLast(
                    broken,
                    () -> {
                        throw new OutOfMemoryError("unable to create native thread, not really");
                    },
                    result);

            assertThat(result).isCompletedExceptionally();
        }
    }
}
