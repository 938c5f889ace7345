package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;

class FenceTimestampAndDeadlineTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;

    @Test
    void shouldReportAndAnswerNowForAnUnsignaledFence() {
        fixture.clock.set(33);
        assertThat(fixture.fence().timestampNs()).isEqualTo(33);
        assertThat(fixture.reports.kinds()).containsExactly(Kind.WARN);
    }

    @Test
    void shouldAnswerWhenItSignaledWhateverTheClockSaysNow() {
        DmaFence fence = fixture.fence();
        fixture.clock.set(33);
        context.signal(fence);
        fixture.clock.set(99);
        assertThat(fence.timestampNs()).isEqualTo(33);
    }

    @Test
    void shouldHandEveryDeadlineToTheDriverWhileUnsignaled() {
        List<Long> seen = new ArrayList<>();
        List<Boolean> held = new ArrayList<>();
        TestOps ops = TestOps.with(Op.SET_DEADLINE);
        ops.onDeadline = ns -> {
            held.add(fixture.runtime.rcu().isHeld());
            seen.add(ns);
            return ns;
        };
        DmaFence fence = fixture.fence(ops);
        fence.setDeadline(100);
        fence.setDeadline(50);
        fence.setDeadline(-1);
        context.signal(fence);
        fence.setDeadline(10);
        assertThat(seen).containsExactly(100L, 50L, -1L);
        assertThat(held).containsOnly(true);
        assertThat(fence.isSignalingEnabled()).isFalse();
    }

    @Test
    void shouldIgnoreADeadlineWithoutAnOpAndNotEvenPoll() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> true;
        DmaFence fence = fixture.fence(ops);
        fence.setDeadline(5);
        assertThat(ops.polls).hasValue(0);
        assertThat(fence.isSignaled()).isFalse();
    }

    @Test
    void shouldNotHintASignaledFenceThatKeepsItsOps() {
        TestOps ops = TestOps.with(Op.SET_DEADLINE, Op.RELEASE);
        DmaFence fence = fixture.fence(ops);
        context.signal(fence);
        fence.setDeadline(5);
        assertThat(ops.deadlines).hasValue(0);
    }
}
