package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dmafence.fence.FenceFixture.fork;
import static org.dmafence.fence.FenceFixture.join;
import static org.dmafence.fence.FenceWaitTest.waiting;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FenceWaitAnyTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(FenceFixture.PATIENCE_S);

    private final FenceFixture fixture = new FenceFixture();
    private final Reports reports = new Reports();
    private final FenceContext real = FenceFixture.realTime(reports);
    private final DmaFence first = real.newFence(TestOps.with(), 1);
    private final DmaFence second = real.newFence(TestOps.with(), 2);
    private final DmaFence third = real.newFence(TestOps.with(), 3);
    private final List<DmaFence> all = List.of(first, second, third);

    @Test
    void shouldRefuseNoFencesAndNegativeTimes() {
        assertThatThrownBy(() -> FenceWaits.any(List.of(), true, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FenceWaits.any(all, true, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldAnswerTheFenceThatEndedOrNone() throws InterruptedException {
        assertThat(FenceWaits.awaitAny(all, Duration.ofMillis(1))).isNull();
        assertThat(FenceWaits.awaitAll(all, Duration.ofMillis(1))).isFalse();
        assertThat(FenceWaits.awaitAll(List.of(), Duration.ZERO)).isTrue();
        real.signal(second, FenceError.EIO);
        assertThat(FenceWaits.awaitAny(all, Duration.ofDays(1))).isSameAs(second);
        assertThat(FenceWaits.awaitAny(all, Duration.ZERO)).isSameAs(second);
        CompletableFuture<Void> waiter = fork(
                "all",
                () -> assertThat(FenceWaits.awaitAll(all, Duration.ofDays(1))).isTrue());
        real.signal(first);
        await().until(() -> waiting(third) == 1);
        real.signal(third);
        join(waiter);
        assertThat(FenceWaits.awaitAll(all, Duration.ZERO)).isTrue();
    }

    @Test
    void shouldThrowWhenAWaitForSeveralIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> FenceWaits.awaitAny(all, Duration.ofDays(1))).isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> FenceWaits.awaitAll(all, Duration.ofDays(1))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void shouldPollInOrderForNoTime() {
        assertThat(FenceWaits.any(all, true, 0)).isEqualTo(new FenceWaits.Any(0, -1));
        real.signal(third);
        real.signal(second);
        assertThat(FenceWaits.any(all, true, 0)).isEqualTo(new FenceWaits.Any(1, 1));
        TestOps done = TestOps.with(Op.SIGNALED);
        done.onPoll = f -> true;
        assertThat(FenceWaits.any(List.of(first, real.newFence(done, 4)), true, 0))
                .isEqualTo(new FenceWaits.Any(1, 1));
        assertThat(first.isSignalingEnabled()).as("a poll enables nothing").isFalse();
    }

    @Test
    void shouldAnswerTheWholeTimeForAFenceFoundSignaledWhileAdding() {
        real.signal(second);
        assertThat(FenceWaits.any(all, true, LONG_NS)).isEqualTo(new FenceWaits.Any(LONG_NS, 1));
        assertThat(first.isSignalingEnabled()).isTrue();
        assertThat(third.isSignalingEnabled()).as("not reached").isFalse();
        assertThat(waiting(first)).isZero();
    }

    @Test
    void shouldTakeAFenceThatCannotBeEnabledForSignaled() {
        TestOps cannot = TestOps.with(Op.ENABLE_SIGNALING);
        cannot.onEnable = f -> false;
        DmaFence failing = real.newFence(cannot, 4);
        assertThat(FenceWaits.any(List.of(first, failing), true, LONG_NS).index())
                .isEqualTo(1);
        assertThat(waiting(first)).isZero();
    }

    @Test
    void shouldWakeForAnyAndLeaveNothingOnTheOthers() {
        for (int i = 0; i < all.size(); i++) {
            int index = i;
            List<DmaFence> fences = List.of(
                    real.newFence(TestOps.with(), 1),
                    real.newFence(TestOps.with(), 2),
                    real.newFence(TestOps.with(), 3));
            CompletableFuture<Void> waiter = fork("waiter", () -> {
                FenceWaits.Any any = FenceWaits.any(fences, true, LONG_NS);
                assertThat(any.index()).isEqualTo(index);
                assertThat(any.result()).isBetween(1L, LONG_NS);
            });
            await().until(() -> waiting(fences.get(2)) == 1);
            real.signal(fences.get(index));
            join(waiter);
            assertThat(fences).allSatisfy(f -> assertThat(waiting(f)).isZero());
        }
    }

    @Test
    void shouldWaitForEverWithoutATime() {
        CompletableFuture<Void> waiter = fork(
                "waiter",
                () -> assertThat(FenceWaits.any(all, false, Long.MAX_VALUE))
                        .isEqualTo(new FenceWaits.Any(Long.MAX_VALUE, 2)));
        await().until(() -> waiting(third) == 1);
        real.signal(third);
        join(waiter);
    }

    @Test
    void shouldTimeOutAndLeaveNothingBehind() {
        assertThat(FenceWaits.any(all, true, 1000)).isEqualTo(new FenceWaits.Any(0, -1));
        assertThat(all).allSatisfy(f -> assertThat(waiting(f)).isZero());
    }

    @Test
    void shouldAnswerErestartsysWhenInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(FenceWaits.any(all, true, LONG_NS))
                .isEqualTo(new FenceWaits.Any(FenceError.ERESTARTSYS.errno(), -1));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(all).allSatisfy(f -> assertThat(waiting(f)).isZero());
    }

    @Test
    void shouldGoOnThroughInterruptsWhenUninterruptible() {
        CompletableFuture<Void> waiter = fork("waiter", () -> {
            Thread.currentThread().interrupt();
            assertThat(FenceWaits.any(all, false, LONG_NS).index()).isZero();
            assertThat(Thread.interrupted()).isTrue();
        });
        await().until(() -> waiting(third) == 1);
        real.signal(first);
        join(waiter);
    }

    @Test
    void shouldIgnoreWaitOps() {
        TestOps ops = TestOps.with(Op.WAIT);
        DmaFence fence = fixture.fence(ops);
        fixture.context.signal(fence);
        assertThat(FenceWaits.any(List.of(fence), true, 5).index()).isZero();
        assertThat(ops.waits).hasValue(0);
    }

    @Test
    void shouldTakeOneFenceTwice() {
        CompletableFuture<Void> waiter = fork(
                "waiter",
                () -> assertThat(FenceWaits.any(List.of(first, first), true, LONG_NS)
                                .index())
                        .isZero());
        await().until(() -> waiting(first) == 2);
        real.signal(first);
        join(waiter);
    }
}
