package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dmafence.fence.FenceFixture.fork;
import static org.dmafence.fence.FenceFixture.join;
import static org.dmafence.fence.FenceWaitTest.waiting;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FenceWaitInterruptTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(FenceFixture.PATIENCE_S);

    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final Reports reports = new Reports();
    private final FenceContext real = FenceFixture.realTime(reports);

    @AfterEach
    void noInterruptIsLeftOver() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void shouldNotWaitOnceSignaledEvenIfInterrupted() throws InterruptedException {
        DmaFence fence = fixture.fence();
        context.signal(fence);
        Thread.currentThread().interrupt();
        fence.await();
        assertThat(fence.waitTimeout(true, 5)).isEqualTo(5);
        assertThat(Thread.interrupted()).as("status is left alone").isTrue();
    }

    @Test
    void shouldAnswerErestartsysAndLeaveTheStatusSetWhenInterrupted() {
        DmaFence fence = real.newFence(TestOps.with(), 1);
        Thread.currentThread().interrupt();
        assertThat(fence.waitTimeout(true, 0)).as("before time").isEqualTo(FenceError.ERESTARTSYS.errno());
        assertThat(fence.waitTimeout(true, LONG_NS)).isEqualTo(FenceError.ERESTARTSYS.errno());
        assertThat(Thread.interrupted()).isTrue();
        Thread.currentThread().interrupt();
        assertThatThrownBy(fence::await).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted())
                .as("the exception tells it")
                .isFalse();
        assertThat(fence.callbacksAcquire()).isNull();
    }

    @Test
    void shouldEndAWaitUnderWayByAnInterrupt() {
        DmaFence fence = real.newFence(TestOps.with(), 1);
        Thread[] waiter = new Thread[1];
        CompletableFuture<Void> waiting = fork("waiter", () -> {
            waiter[0] = Thread.currentThread();
            assertThat(fence.waitTimeout(true, Long.MAX_VALUE)).isEqualTo(FenceError.ERESTARTSYS.errno());
            assertThat(Thread.interrupted()).isTrue();
        });
        await().until(() -> waiting(fence) == 1);
        waiter[0].interrupt();
        join(waiting);
        assertThat(fence.callbacksAcquire()).isNull();
    }

    @Test
    void shouldGoOnThroughInterruptsAndKeepThemWhenUninterruptible() {
        DmaFence fence = real.newFence(TestOps.with(), 1);
        Thread[] waiter = new Thread[1];
        CompletableFuture<Void> waiting = fork("waiter", () -> {
            waiter[0] = Thread.currentThread();
            assertThat(fence.awaitUninterruptibly(LONG_NS, TimeUnit.NANOSECONDS))
                    .isTrue();
            assertThat(Thread.interrupted()).isTrue();
        });
        await().until(() -> waiting(fence) == 1);
        waiter[0].interrupt();
        await().until(() -> !waiter[0].isInterrupted());
        assertThat(waiting).isNotDone();
        real.signal(fence);
        join(waiting);
    }
}
