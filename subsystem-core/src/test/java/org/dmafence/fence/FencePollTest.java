package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;

class FencePollTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldSignalOnThisThreadWhenTheDriverSaysDone() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> true;
        DmaFence fence = fixture.fence(ops);
        Thread self = Thread.currentThread();
        fence.addCallback(FenceCallback.of(f -> log.add("here " + (Thread.currentThread() == self))));
        fixture.clock.set(9);

        assertThat(fence.isSignaled()).as("a predicate without side effects").isFalse();
        assertThat(fence.pollSignaled()).isTrue();

        assertThat(log).containsExactly("here true");
        assertThat(fence.isSignaled()).isTrue();
        assertThat(fence.timestampNs()).isEqualTo(9);
        assertThat(fence.isDetached()).isTrue();
    }

    @Test
    void shouldAskNobodyWhenTheStatusIsLookedAt() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> true;
        DmaFence fence = fixture.fence(ops);

        assertThat(fence.status()).isEqualTo(FenceStatus.ACTIVE);
        assertThat(ops.polls).hasValue(0);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(fence.status()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldNotAskOnceSignaled() {
        TestOps ops = TestOps.with(Op.SIGNALED, Op.RELEASE);
        DmaFence fence = fixture.fence(ops);
        context.signal(fence);
        assertThat(fence.pollSignaled()).isTrue();
        assertThat(ops.polls).hasValue(0);
    }

    @Test
    void shouldNeverEnableSignaling() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        DmaFence fence = fixture.fence(ops);
        assertThat(fence.pollSignaled()).isFalse();
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.ACTIVE);
        assertThat(fence.isSignalingEnabled()).isFalse();
        assertThat(ops.enables).hasValue(0);
    }

    @Test
    void shouldAskInsideAReadSectionAndSignalOutsideIt() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> {
            log.add("asked, held " + fixture.runtime.rcu().isHeld());
            return true;
        };
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(FenceCallback.of(
                f -> log.add("callback, held " + fixture.runtime.rcu().isHeld())));
        fence.pollSignaled();
        assertThat(log).containsExactly("asked, held true", "callback, held false");
    }

    @Test
    void shouldTakeTheErrorThatTheDriverSetsWhileAnswering() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> {
            context.setError(f, FenceError.ETIME);
            return true;
        };
        DmaFence fence = fixture.fence(ops);
        assertThat(fence.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ETIME));
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldAnswerTrueWhenTheDriverSignalsInsteadOfAnswering() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> {
            context.signalAt(f, 3);
            return false;
        };
        DmaFence fence = fixture.fence(ops);
        assertThat(fence.pollSignaled()).isTrue();
        assertThat(fence.timestampNs()).isEqualTo(3);
    }

    @Test
    void shouldKeepTheFirstSignalWhenAnotherComesBetweenAnswerAndLock() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> {
            context.signal(f, FenceError.EIO); // as another thread would, right after the driver's look at the hardware
            return true;
        };
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(FenceFixture.logging(log, "callback"));
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(log).containsExactly("callback");
    }

    @Test
    void shouldSignalByEveryCallThatPolls() {
        TestOps ops = TestOps.with(Op.SIGNALED, Op.SET_DEADLINE);
        ops.onPoll = f -> true;
        DmaFence described = fixture.fence(ops);
        assertThat(described.pollDescription()).isEqualTo(context.id() + ":1   signalled\n");
        DmaFence hinted = fixture.fence(ops);
        hinted.setDeadline(1);
        DmaFence later = fixture.fence(ops);
        assertThat(DmaFence.pollLater(fixture.fence(), later)).isNull();
        assertThat(described.isSignaled()).isTrue();
        assertThat(hinted.isSignaled()).isTrue();
        assertThat(later.isSignaled()).isTrue();
        assertThat(ops.deadlines).hasValue(0);
    }
}
