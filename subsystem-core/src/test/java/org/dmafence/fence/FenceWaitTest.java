package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dmafence.fence.FenceFixture.fork;
import static org.dmafence.fence.FenceFixture.join;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.dmafence.lockdep.SignalingSections;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FenceWaitTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(FenceFixture.PATIENCE_S);

    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final Reports reports = new Reports();
    private final FenceContext real = FenceFixture.realTime(reports);

    @Test
    void shouldAnswerOneForNoTimeAndTheWholeTimeOtherwiseWhenSignaled() {
        DmaFence fence = fixture.fence();
        assertThat(fence.waitTimeout(true, 0)).isZero();
        context.signal(fence);
        assertThat(fence.waitTimeout(true, 0)).isEqualTo(1);
        assertThat(fence.waitTimeout(true, 500)).isEqualTo(500);
        assertThat(fence.waitTimeout(true, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldReportANegativeTime() {
        DmaFence fence = fixture.fence();
        assertThat(fence.waitTimeout(true, -1)).isEqualTo(FenceError.EINVAL.errno());
        assertThat(fixture.reports.kinds()).containsExactly(Kind.WARN);
        assertThatThrownBy(() -> fence.await(-1, TimeUnit.NANOSECONDS)).isInstanceOf(IllegalArgumentException.class);
        assertThat(fence.isSignalingEnabled()).isFalse();
    }

    @Test
    void shouldThrowTheErrorOfAFenceAtWhoeverWantsSuccess() throws InterruptedException {
        DmaFence fine = real.newFence(TestOps.with(), 1);
        DmaFence failed = real.newFence(TestOps.with(), 2);
        assertThat(fine.awaitSuccess(Duration.ofMillis(1))).isFalse();
        real.signal(fine);
        real.signal(failed, FenceError.ETIME);

        fine.awaitSuccess();
        assertThat(fine.awaitSuccess(Duration.ZERO)).isTrue();
        assertThat(failed.await(Duration.ZERO)).isTrue();
        assertThatThrownBy(failed::awaitSuccess)
                .isInstanceOfSatisfying(
                        FenceErrorException.class, e -> assertThat(e.error()).isEqualTo(FenceError.ETIME));
        assertThatThrownBy(() -> failed.awaitSuccess(Duration.ofDays(1))).isInstanceOf(FenceErrorException.class);
    }

    @Test
    void shouldTakeDurationsOfAnyLength() throws InterruptedException {
        DmaFence fence = real.newFence(TestOps.with(), 1);
        assertThat(fence.await(Duration.ofMillis(1))).isFalse();
        assertThat(fence.awaitUninterruptibly(Duration.ofNanos(1))).isFalse();
        assertThatThrownBy(() -> fence.await(Duration.ofSeconds(Long.MIN_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        CompletableFuture<Void> waiter = fork(
                "waiter",
                () -> assertThat(fence.await(Duration.ofSeconds(Long.MAX_VALUE)))
                        .isTrue());
        await().until(() -> waiting(fence) == 1);
        real.signal(fence);
        join(waiter);
    }

    @Test
    void shouldMeasureTimeWhateverNumbersTheClockShows() throws InterruptedException {
        for (long startNs : new long[] {Long.MAX_VALUE - 1_000, Long.MIN_VALUE, -5_000_000}) {
            long beganNs = System.nanoTime();
            FenceContext odd = FenceContext.builder(FenceRuntime.builder()
                            .clock(() -> startNs + (System.nanoTime() - beganNs))
                            .build())
                    .build();
            DmaFence fence = odd.newFence(TestOps.with(), 1);
            assertThat(fence.await(Duration.ofMillis(2)))
                    .as("start %d", startNs)
                    .isFalse();
            assertThat(FenceWaits.awaitAll(List.of(fence), Duration.ofMillis(2)))
                    .isFalse();
            assertThat(FenceWaits.awaitAny(List.of(fence), Duration.ofMillis(2)))
                    .isNull();
            fence.setDeadline(Long.MIN_VALUE);
            odd.signal(fence);
            assertThat(fence.await(Duration.ofMillis(2))).isTrue();
        }
    }

    @Test
    void shouldEnableSignalingEvenForNoTime() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        assertThat(fixture.fence(ops).waitTimeout(true, 0)).isZero();
        assertThat(ops.enables).hasValue(1);
    }

    @Test
    void shouldTimeOutAndLeaveNothingOnTheFence() throws InterruptedException {
        DmaFence fence = real.newFence(TestOps.with(), 1);
        assertThat(fence.await(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(fence.awaitUninterruptibly(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(fence.waitTimeout(true, 1)).isZero();
        assertThat(fence.callbacksAcquire()).isNull();
    }

    @Test
    void shouldAnswerWhatIsLeftOfTheTime() {
        DmaFence fence = fixture.fence();
        CompletableFuture<Void> waiter = fork(
                "waiter", () -> assertThat(fence.waitTimeout(true, LONG_NS)).isEqualTo(LONG_NS - 1000));
        await().until(() -> fence.callbacksAcquire() != null);
        fixture.clock.advance(1000);
        context.signal(fence);
        join(waiter);
    }

    @Test
    void shouldAnswerNothingWhenTheTimePassedWhileItWasWoken() {
        DmaFence fence = fixture.fence();
        CompletableFuture<Void> waiter = fork(
                "waiter", () -> assertThat(fence.waitTimeout(true, LONG_NS)).isZero());
        await().until(() -> fence.callbacksAcquire() != null);
        fixture.clock.advance(LONG_NS);
        context.signal(fence);
        join(waiter);
        assertThat(fence.isSignaled()).isTrue();
    }

    @Test
    void shouldWakeEveryWaiter() {
        DmaFence fence = real.newFence(TestOps.with(), 1);
        CompletableFuture<?>[] waiters = new CompletableFuture<?>[4];
        for (int i = 0; i < waiters.length; i++) {
            int kind = i;
            waiters[i] = fork("waiter-" + i, () -> {
                switch (kind) {
                    case 0 -> fence.await();
                    case 1 ->
                        assertThat(fence.await(LONG_NS, TimeUnit.NANOSECONDS)).isTrue();
                    case 2 ->
                        assertThat(fence.awaitUninterruptibly(LONG_NS, TimeUnit.NANOSECONDS))
                                .isTrue();
                    default ->
                        assertThat(fence.waitTimeout(false, Long.MAX_VALUE)).isPositive();
                }
            });
        }
        await().until(() -> waiting(fence) == waiters.length);
        real.signal(fence, FenceError.EIO); // waiting does not tell of the error
        for (CompletableFuture<?> waiter : waiters) {
            join(waiter);
        }
        assertThat(fence.status().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldNotMistakeAStrayUnparkForASignal() {
        DmaFence fence = real.newFence(TestOps.with(), 1);
        Thread[] waiter = new Thread[1];
        CompletableFuture<Void> waiting = fork("waiter", () -> {
            waiter[0] = Thread.currentThread();
            fence.await();
            assertThat(fence.isSignaled()).isTrue();
        });
        await().until(() -> waiting(fence) == 1);
        for (int i = 0; i < 100; i++) {
            java.util.concurrent.locks.LockSupport.unpark(waiter[0]);
        }
        real.signal(fence);
        join(waiting);
    }

    @Test
    void shouldUseTheDriversOwnWayOutsideAnyReadSection() throws InterruptedException {
        TestOps ops = TestOps.with(Op.WAIT, Op.ENABLE_SIGNALING);
        DmaFence fence = fixture.fence(ops);
        ops.onWait = ns -> {
            assertThat(fixture.runtime.rcu().isHeld()).isFalse();
            return ns - 3;
        };
        assertThat(fence.waitTimeout(true, 10)).isEqualTo(7);
        assertThat(fence.await(10, TimeUnit.NANOSECONDS)).isTrue();
        assertThat(ops.waits).hasValue(2);
        assertThat(ops.enables).hasValue(1);
        ops.onWait = ns -> 0;
        assertThat(fence.await(10, TimeUnit.NANOSECONDS)).isFalse();
        context.signal(fence);
        ops.onWait = ns -> 99;
        assertThat(fence.waitTimeout(true, 0)).as("asked even when signalled").isEqualTo(99);
    }

    @Test
    void shouldThrowWhatTheDriversOwnWayAnsweredNegatively() {
        TestOps ops = TestOps.with(Op.WAIT);
        DmaFence fence = fixture.fence(ops);
        ops.onWait = ns -> FenceError.EDEADLK.errno();
        assertThat(fence.waitTimeout(true, 5)).isEqualTo(FenceError.EDEADLK.errno());
        assertThatThrownBy(() -> fence.await(5, TimeUnit.NANOSECONDS))
                .isInstanceOfSatisfying(
                        FenceWaitException.class, e -> assertThat(e.error()).isEqualTo(FenceError.EDEADLK));
        assertThatThrownBy(() -> fence.awaitUninterruptibly(5, TimeUnit.NANOSECONDS))
                .isInstanceOf(FenceWaitException.class);
        ops.onWait = ns -> FenceError.ERESTARTSYS.errno();
        assertThatThrownBy(fence::await).isInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldLetAWaitOpFallBackOnTheDefault() {
        TestOps ops = TestOps.with(Op.WAIT);
        DmaFence[] fence = new DmaFence[1];
        ops.onWait = ns -> FenceWaits.defaultWait(fence[0], true, ns);
        fence[0] = fixture.fence(ops);
        assertThat(fence[0].waitTimeout(true, 0)).isZero();
        context.signal(fence[0]);
        assertThat(fence[0].waitTimeout(true, 0)).isEqualTo(1);
    }

    @Test
    void shouldReportWaitingInsideAReadSectionOrASignalingSection() throws Exception {
        DmaFence fence = fixture.fence();
        assertThat(LockdepTrial.run(() -> fixture.inReadSection(
                        () -> assertThat(fence.waitTimeout(true, 0)).isZero())))
                .extracting(LockdepReport::kind)
                .containsExactly(LockdepReport.Kind.BLOCKING_IN_READ_SECTION);
        assertThat(fixture.reports.of(Kind.WARN)).singleElement().asString().contains("read section");
        assertThat(LockdepTrial.run(() -> {
                    boolean cookie = SignalingSections.begin();
                    assertThat(fence.waitTimeout(true, 0)).isZero();
                    SignalingSections.end(cookie);
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(LockdepReport.Kind.WAIT_IN_SIGNALING_SECTION);
    }

    @Test
    void shouldNeedNoReaderWhenItOnlyWaits() throws Exception {
        try (RcuDomain domain = RcuDomain.create(RcuSettings.defaults())) {
            FenceContext own = FenceContext.builder(
                            FenceRuntime.builder().rcu(domain).build())
                    .build();
            DmaFence fence = own.newFence(TestOps.with(), 1);
            int before = domain.stats().readers();
            List<CompletableFuture<Void>> waiters = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiters.add(FenceFixture.fork("waiter", fence::await));
                waiters.add(FenceFixture.fork("any", () -> FenceWaits.any(List.of(fence), true, Long.MAX_VALUE)));
            }
            Awaitility.await().until(() -> waiting(fence) == waiters.size());
            int frames = Signaler.known();
            assertThat(domain.stats().readers()).isEqualTo(before);
            own.signal(fence);
            for (CompletableFuture<Void> waiter : waiters) {
                FenceFixture.join(waiter);
            }
            assertThat(domain.stats().readers()).isEqualTo(before);
            assertThat(Signaler.known()).isLessThanOrEqualTo(frames + 1);
        }
    }

    /** How many nodes are on the fence's list; takes the lock bit as any other editor does. */
    static int waiting(DmaFence fence) {
        int locked = fence.lockBit();
        int count = 0;
        FenceCallback last = fence.callbacks;
        if (last != null && !(last instanceof DrainStack.Draining)) {
            FenceCallback at = last;
            do {
                count++;
                at = CallbackList.next(at);
            } while (at != last);
        }
        fence.unlock(locked);
        return count;
    }
}
