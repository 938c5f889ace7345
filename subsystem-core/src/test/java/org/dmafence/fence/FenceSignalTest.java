package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.lockdep.SignalingSections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FenceSignalTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldSignalOnceAndKeepTheFirstTimestampAndError() {
        DmaFence fence = fixture.fence();
        fence.addCallback(logging(log, "callback"));
        fixture.clock.set(100);
        context.signal(fence);
        fixture.clock.set(200);

        context.signal(fence);
        context.signal(fence, FenceError.EIO);
        context.signalAt(fence, 300);
        context.signalLocked(fence);
        context.signalLockedAt(fence, 300);

        assertThat(context.checkAndSignal(fence)).isTrue();
        assertThat(fence.timestampNs()).isEqualTo(100);
        assertThat(fence.status()).isEqualTo(FenceStatus.OK);
        assertThat(log).containsExactly("callback");
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldTakeWhateverTimestampTheIssuerKnows() {
        for (long atNs : new long[] {0, -5, Long.MAX_VALUE, 7}) {
            DmaFence fence = fixture.fence();
            context.signalAt(fence, atNs);
            assertThat(fence.timestampNs()).isEqualTo(atNs);
            DmaFence locked = fixture.fence();
            context.signalLockedAt(locked, atNs);
            assertThat(locked.timestampNs()).isEqualTo(atNs);
        }
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void shouldDetachUnlessTheTableHasWaitOrRelease(Op op) {
        TestOps ops = TestOps.with(op);
        DmaFence fence = fixture.fence(ops);
        context.signal(fence);
        boolean stays = op == Op.WAIT || op == Op.RELEASE;
        assertThat(fence.isDetached()).isEqualTo(!stays);
        assertThat(ops.detachable()).isEqualTo(!stays);
    }

    @Test
    void shouldDetachATableWithoutOptionalOpsAndOneWithAllOthers() {
        DmaFence bare = fixture.fence();
        DmaFence rich = fixture.fence(TestOps.with(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.SET_DEADLINE));
        context.signal(bare);
        context.signal(rich);
        assertThat(bare.isDetached()).isTrue();
        assertThat(rich.isDetached()).isTrue();
    }

    @Test
    void shouldShowACallbackTheWholeOfASignaledFence() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        DmaFence fence = fixture.fence(ops);
        fixture.clock.set(42);
        fence.addCallback(FenceCallback.of(f -> {
            log.add("signaled " + f.isSignaled());
            log.add("detached " + f.isDetached());
            log.add("at " + f.timestampNs());
            log.add("names " + f.driverName() + " " + f.timelineName());
            log.add("status " + f.status());
        }));

        context.signal(fence, FenceError.ENODATA);

        assertThat(log)
                .containsExactly(
                        "signaled true",
                        "detached true",
                        "at 42",
                        "names detached-driver signaled-timeline",
                        "status -ENODATA");
        assertThat(ops.polls).hasValue(0);
    }

    @Test
    void shouldTellWhoWasFirst() {
        DmaFence fence = fixture.fence();
        assertThat(context.checkAndSignal(fence)).isFalse();
        assertThat(context.checkAndSignal(fence)).isTrue();
    }

    @Test
    void shouldRefuseSignalLockedWithoutTheExternalLock() {
        FenceLock lock = FenceLock.shared();
        FenceContext timeline = FenceContext.builder(fixture.runtime).lock(lock).build();
        DmaFence fence = timeline.newFence(TestOps.with(), 1);

        assertThatThrownBy(() -> timeline.signalLocked(fence))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without the external lock");
        assertThat(fence.isSignaled()).isFalse();

        lock.lock();
        try {
            timeline.signalLocked(fence);
        } finally {
            lock.unlock();
        }
        assertThat(fence.isSignaled()).isTrue();
    }

    @Test
    void shouldRunCallbacksUnderTheExternalLockOnlyWhenTheCallerHoldsIt() {
        FenceLock lock = FenceLock.shared();
        FenceContext timeline = FenceContext.builder(fixture.runtime).lock(lock).build();
        FenceCallback callback = FenceCallback.of(f -> log.add(f.seqno() + " held " + lock.isHeld()));
        DmaFence first = timeline.newFence(TestOps.with(), 1);
        first.addCallback(callback);
        timeline.signal(first);
        DmaFence second = timeline.newFence(TestOps.with(), 2);
        second.addCallback(callback);
        lock.lock();
        try {
            timeline.signalLocked(second);
        } finally {
            lock.unlock();
        }
        assertThat(log).containsExactly("1 held false", "2 held true");
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void shouldSignalFencesOfOneLockInOrderAgainstAnotherThread() {
        FenceLock lock = FenceLock.shared();
        FenceContext timeline = FenceContext.builder(
                        FenceRuntime.builder().reporter(fixture.reports).build())
                .lock(lock)
                .build();
        DmaFence first = timeline.newFence(TestOps.with(), 1);
        DmaFence second = timeline.newFence(TestOps.with(), 2);
        lock.lock();
        var other = FenceFixture.fork("second", () -> timeline.signal(second));
        try {
            timeline.signalLocked(first);
            assertThat(second.isSignaled()).isFalse();
        } finally {
            lock.unlock();
        }
        FenceFixture.join(other);
        assertThat(second.isSignaled()).isTrue();
    }

    @Test
    void shouldEnterASignalingSectionInSignalAlone() {
        for (int kind = 0; kind < 4; kind++) {
            DmaFence fence = fixture.fence();
            fence.addCallback(FenceCallback.of(f -> log.add(String.valueOf(SignalingSections.inside()))));
            switch (kind) {
                case 0 -> context.signal(fence);
                case 1 -> context.signalAt(fence, 1);
                case 2 -> context.signalLocked(fence);
                default -> context.checkAndSignal(fence);
            }
            assertThat(SignalingSections.inside()).isFalse();
        }
        assertThat(log).containsExactly("true", "false", "false", "false");
    }
}
