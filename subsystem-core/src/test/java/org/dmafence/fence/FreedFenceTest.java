package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Use after the last release: in the kernel freed memory, here an error that says so, or a right answer; never a hang.
 */
@Timeout(60)
class FreedFenceTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;

    @Test
    void shouldTellWhoeverUsesAFenceThatNobodyWillSignal() {
        DmaFence freed = fixture.fence(TestOps.with(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.SET_DEADLINE));
        freed.release();

        List<ThrowingCallable> uses = List.of(
                freed::await,
                () -> freed.await(1, TimeUnit.DAYS),
                () -> freed.awaitUninterruptibly(1, TimeUnit.DAYS),
                () -> freed.waitTimeout(false, Long.MAX_VALUE),
                () -> FenceWaits.any(List.of(freed), true, Long.MAX_VALUE),
                freed::pollStatus,
                () -> freed.addCallback(FenceCallback.of(f -> {})),
                freed::toFuture,
                freed::enableSignaling,
                () -> freed.setDeadline(1));
        for (ThrowingCallable use : uses) {
            assertThatThrownBy(use).isInstanceOf(FenceFreedException.class).hasMessageContaining("last release");
        }
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldGoOnAnsweringWhatHasSignaled() throws InterruptedException {
        DmaFence freed = fixture.fence(TestOps.with(Op.SET_DEADLINE));
        context.signal(freed, FenceError.ETIME);
        freed.release();

        freed.await();
        freed.setDeadline(1);
        freed.enableSignaling();
        assertThat(freed.pollStatus().error()).isEqualTo(FenceError.ETIME);
        assertThat(freed.addCallback(FenceCallback.of(f -> {}))).isFalse();
        assertThat(freed.toFuture()).isCompletedExceptionally();
    }

    @Test
    void shouldLetAReleaseOpAskForTheStatus() {
        TestOps ops = TestOps.with(Op.RELEASE);
        List<FenceStatus> seen = new ArrayList<>();
        ops.onRelease = f -> seen.add(f.pollStatus());
        fixture.fence(ops).release();
        assertThat(seen).containsExactly(FenceStatus.ACTIVE);
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldEndEveryWaitThatRacesWithTheLastRelease() {
        Reports reports = new Reports();
        FenceContext issuer = FenceFixture.realTime(reports);
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        for (int round = 0; round < 2_000; round++) {
            DmaFence fence = issuer.newFence(TestOps.with(), round);
            CompletableFuture<Void> waiter = FenceFixture.fork("waiter", () -> {
                try {
                    fence.await();
                    assertThat(fence.errno()).isEqualTo(FenceError.EDEADLK.errno());
                    told.getAndIncrement();
                } catch (FenceFreedException e) {
                    refused.getAndIncrement();
                }
            });
            if (round % 2 == 0) {
                Thread.onSpinWait();
            }
            fence.release();
            FenceFixture.join(waiter);
        }
        assertThat(refused.get() + told.get()).isEqualTo(2_000);
        assertThat(reports.of(Kind.WARN)).hasSize(told.get());
        System.out.println("waits told " + told + ", refused " + refused);
    }
}
