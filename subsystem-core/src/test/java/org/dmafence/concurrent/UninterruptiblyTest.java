package org.dmafence.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SAME_THREAD)
class UninterruptiblyTest {
    private static final long LONG_NS = 30_000_000_000L;

    @AfterEach
    void leaveNoInterrupt() {
        Thread.interrupted();
    }

    @Test
    void shouldAttemptAgainWithWhatIsLeftWhenInterrupted() {
        AtomicInteger attempts = new AtomicInteger();
        long left = Uninterruptibly.attempt(LONG_NS, leftNs -> {
            if (attempts.getAndIncrement() < 2) {
                throw new InterruptedException();
            }
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return leftNs;
        });
        assertThat(attempts).hasValue(3);
        assertThat(left).isLessThan(LONG_NS);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldRestoreTheInterruptWhenTheAttemptThrows() {
        AtomicInteger attempts = new AtomicInteger();
        Throwable thrown = catchThrowable(() -> Uninterruptibly.attempt(1, leftNs -> {
            if (attempts.getAndIncrement() == 0) {
                throw new InterruptedException();
            }
            throw new IllegalStateException("given up");
        }));
        assertThat(thrown).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldSleepBetweenLooksWhenInterrupted() {
        Thread.currentThread().interrupt();
        List<Boolean> seen = new ArrayList<>();
        Uninterruptibly.until(
                () -> {
                    seen.add(Thread.currentThread().isInterrupted());
                    return seen.size() == 3;
                },
                new BackoffIdleStrategy());
        assertThat(seen).as("an interrupt would turn each park into a spin").containsExactly(true, false, false);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldOnlyLookWhenTheTimeIsOver() {
        CountDownLatch latch = new CountDownLatch(1);
        assertThat(Uninterruptibly.await(latch, Long.MIN_VALUE)).isFalse();
        assertThat(Uninterruptibly.within(-1, () -> false)).isFalse();
        assertThat(Uninterruptibly.within(-1, () -> true)).isTrue();
        latch.countDown();
        assertThat(Uninterruptibly.await(latch, 0)).isTrue();
    }

    @Test
    void shouldWaitThroughInterruptsUntilTheThreadHasEnded() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Thread thread = new Thread(() -> Uninterruptibly.await(go, LONG_NS), "joined");
        thread.start();
        assertThat(Uninterruptibly.join(thread, 1)).isFalse();
        Thread.currentThread().interrupt();
        go.countDown();
        assertThat(Uninterruptibly.join(thread, LONG_NS)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldGetWhatAFutureCompletesWithWhenInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        assertThat(Uninterruptibly.get(CompletableFuture.completedFuture(5))).isEqualTo(5);
        assertThat(Thread.interrupted()).isTrue();
    }
}
