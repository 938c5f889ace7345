package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The window that i915's breadcrumbs open: the bit first, everything else later. */
@Timeout(60)
class TwoPhaseSignalTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldSetTheBitAloneFirst() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(logging(log, "callback"));

        assertThat(context.beginSignal(fence)).isTrue();

        assertThat(fence.isSignaled()).isTrue();
        assertThat(fence.isDetached()).isFalse();
        assertThat(log).isEmpty();
        assertThat(fence.driverName()).isEqualTo("detached-driver");
        assertThat(fence.timelineName()).isEqualTo("signaled-timeline");
        assertThat(fence.addCallback(logging(log, "late"))).isFalse();

        context.finishSignal(fence, 77);

        assertThat(log).containsExactly("callback");
        assertThat(fence.isDetached()).isTrue();
        assertThat(fence.timestampNs()).isEqualTo(77);
    }

    @Test
    void shouldLoseToASignalAndWinOverALaterOne() {
        DmaFence signaled = fixture.fence();
        context.signal(signaled);
        assertThat(context.beginSignal(signaled)).isFalse();
        DmaFence begun = fixture.fence();
        begun.addCallback(logging(log, "callback"));
        assertThat(context.beginSignal(begun)).isTrue();
        context.signal(begun, FenceError.EIO);
        assertThat(context.checkAndSignal(begun)).isTrue();
        assertThat(begun.status()).isEqualTo(FenceStatus.OK);
        assertThat(log).isEmpty();
        context.finishSignal(begun, 1);
        assertThat(log).containsExactly("callback");
    }

    @Test
    void shouldRefuseToFinishWhatWasNotBegunOrIsFinished() {
        DmaFence fence = fixture.fence();
        assertThatThrownBy(() -> context.finishSignal(fence, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(fence.isSignaled()).isFalse();
        context.beginSignal(fence);
        context.finishSignal(fence, 1);
        assertThatThrownBy(() -> context.finishSignal(fence, 2)).isInstanceOf(IllegalStateException.class);
        DmaFence plain = fixture.fence();
        context.signal(plain);
        assertThatThrownBy(() -> context.finishSignal(plain, 2)).isInstanceOf(IllegalStateException.class);
        assertThat(fence.timestampNs()).isEqualTo(1);
    }

    @Test
    void shouldLetACallbackBeRemovedBetweenTheTwo() {
        DmaFence fence = fixture.fence();
        FenceCallback callback = logging(log, "callback");
        fence.addCallback(callback);
        context.beginSignal(fence);
        assertThat(fence.removeCallback(callback)).isTrue();
        context.finishSignal(fence, 1);
        assertThat(log).isEmpty();
    }

    @Test
    void shouldAnswerNowAndReportWhenTheSecondPhaseNeverComes() {
        DmaFence fence = fixture.fence();
        context.beginSignal(fence);
        fixture.clock.advance(42);
        assertThat(fence.timestampNs()).isEqualTo(fixture.clock.nanoTime());
        assertThat(fixture.reports.of(FenceReporter.Kind.WARN))
                .singleElement()
                .asString()
                .contains("never finished");
    }

    @Test
    void shouldMakeTimestampWaitForTheSecondPhase() {
        FenceContext context = FenceContext.builder(
                        FenceRuntime.builder().reporter(fixture.reports).build())
                .build(); // with the patience of production: a busy machine may delay the second phase
        DmaFence fence = context.newFence(TestOps.with(), 1);
        context.beginSignal(fence);
        CountDownLatch asking = new CountDownLatch(1);
        long[] answer = new long[1];
        CompletableFuture<Void> asker = FenceFixture.fork("asker", () -> {
            asking.countDown();
            answer[0] = fence.timestampNs();
        });
        FenceFixture.await(asking);
        context.finishSignal(fence, 5);
        FenceFixture.join(asker);
        assertThat(answer[0]).isEqualTo(5);
    }

    @Test
    void shouldWakeAWaiterByTheSecondPhase() {
        FenceContext timeline = FenceFixture.realTime(fixture.reports);
        DmaFence fence = timeline.newFence(TestOps.with(), 1);
        CompletableFuture<Void> waiter = FenceFixture.fork(
                "waiter",
                () -> assertThat(fence.await(FenceFixture.PATIENCE_S, TimeUnit.SECONDS))
                        .isTrue());
        org.awaitility.Awaitility.await().until(() -> fence.callbacksAcquire() != null);
        timeline.beginSignal(fence);
        timeline.finishSignal(fence, 1);
        FenceFixture.join(waiter);
        assertThat(fence.callbacksAcquire()).isNull();
    }

    @Test
    void shouldCountAsSignaledForALedgerOnlyWhenFinished() {
        FenceLedger ledger = new FenceLedger("i915", false);
        FenceContext timeline =
                FenceContext.builder(fixture.runtime).ledger(ledger).build();
        DmaFence fence = timeline.newFence(TestOps.with(), 1);
        fence.addCallback(logging(log, "callback"));
        timeline.beginSignal(fence);
        assertThat(ledger.unsignaledCount()).isEqualTo(1);

        // The issuer died between the two: whoever ends its fences ends this one as well.
        assertThat(ledger.signalAll(FenceError.ECANCELED)).isEqualTo(1);

        assertThat(log).containsExactly("callback");
        assertThat(fence.status()).as("was seen as success already").isEqualTo(FenceStatus.OK);
        assertThat(ledger.unsignaledCount()).isZero();
        assertThat(ledger.signaled()).isEqualTo(1);
    }
}
