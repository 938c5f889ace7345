package org.dmafence.i915;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class I915RequestTest {
    private static final long SECOND = 1_000_000_000L;

    private final RequestFixture fixture = new RequestFixture();

    @Test
    void shouldAnswerTheContextsNameWhenItHasOne() {
        assertThat(fixture.submit(1).fence().timelineName()).isEqualTo("gem");
        assertThat(fixture.submit(2).fence().driverName()).isEqualTo("card0");
    }

    @Test
    void shouldAnswerTheDriversNameWhenThereIsNoContext() {
        DmaFence fence = new I915Request(fixture.engine).begin(fixture.timeline, null, 1, 1);
        assertThat(fence.timelineName()).isEqualTo("[i915]");
    }

    @Test
    void shouldSaySignaledWhenTheBitIsSetBetweenTheCoresLookAndItsOwn() {
        List<String> between = new ArrayList<>();
        I915Request request = new I915Request(fixture.engine) {
            private boolean armed;

            @Override
            protected @Nullable String timelineName(DmaFence asked) {
                if (armed) { // the core has seen the fence unsignalled, the driver has not looked yet
                    fixture.elsewhere(() -> timeline().beginSignal(asked));
                }
                armed = true; // not when the fence is made
                String answer = super.timelineName(asked);
                between.add(String.valueOf(answer));
                return answer;
            }
        };
        DmaFence fence = request.begin(fixture.timeline, "gem", 1, 1);

        assertThat(fence.timelineName()).isEqualTo("signaled");
        assertThat(between).containsExactly("gem", "signaled");
        assertThat(fence.timelineName())
                .as("the core's own answer from then on")
                .isEqualTo("signaled-timeline");
        assertThat(fence.isDetached()).isFalse();
        fixture.timeline.finishSignal(fence, 0);
    }

    @Test
    void shouldSaySignaledWhenTheTracepointOfItsSignalAsks() {
        List<String> traced = new ArrayList<>();
        fixture.context.runtime().trace().addListener((point, driver, timeline, context, seqno) -> {
            if (point == FenceTracepoint.SIGNALED) {
                traced.add(driver + " " + timeline);
            }
        });
        I915Request request = fixture.submit(1);
        fixture.timeline.signal(request.fence());
        assertThat(traced).containsExactly("card0 signaled");
    }

    @Test
    void shouldBeSignaledByAPollWhenTheHardwarePassedIt() {
        I915Request request = fixture.submit(1);
        assertThat(request.fence().pollSignaled()).isFalse();
        fixture.engine.write(1);
        assertThat(request.fence().isSignaled()).isFalse();
        assertThat(request.fence().pollSignaled()).isTrue();
    }

    @Test
    void shouldPassNumbersThatWrapAt32Bits() {
        fixture.engine.write(0x7fff_ffffL);
        fixture.engine.write(0xffff_fff0L);
        assertThat(fixture.engine.isComplete(0xffff_fff0L)).isTrue();
        assertThat(fixture.engine.isComplete(0x1_0000_0003L)).isFalse();
        fixture.engine.write(0x1_0000_0003L);
        assertThat(fixture.engine.isComplete(0xffff_fff0L)).isTrue();
        assertThat(fixture.engine.isComplete(0x1_0000_0003L)).isTrue();
    }

    @Test
    void shouldAnswerEtimeWhenAskedToLookOnly() {
        DmaFence fence = fixture.submit(1).fence();
        assertThat(fence.waitTimeout(true, 0)).isEqualTo(FenceError.ETIME.errno());
        fixture.timeline.signal(fence);
        assertThat(fence.waitTimeout(true, 0)).isEqualTo(1);
        assertThat(fence.waitTimeout(true, 77)).isEqualTo(77);
    }

    @Test
    void shouldAnswerEtimeWhenTheTimePasses() {
        DmaFence fence = fixture.submit(1).fence();
        RequestFixture.Sleeper sleeper =
                fixture.asleep(() -> fence.waitTimeout(false, TimeUnit.MILLISECONDS.toNanos(1)));
        fixture.context.passNs(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(sleeper.answer()).isEqualTo(FenceError.ETIME.errno());
    }

    @Test
    void shouldAnswerErestartsysWhenInterrupted() {
        DmaFence fence = fixture.submit(1).fence();
        RequestFixture.Sleeper sleeper = fixture.asleep(() -> fence.waitTimeout(true, Long.MAX_VALUE));
        sleeper.thread().interrupt();
        assertThat(sleeper.answer()).isEqualTo(FenceError.ERESTARTSYS.errno());
    }

    @Test
    void shouldAnswerWhatIsLeftAndBoostOnceWhenTheHardwareFinishes() {
        DmaFence fence = fixture.submit(1).fence();
        RequestFixture.Sleeper first = fixture.asleep(() -> fence.waitTimeout(true, SECOND));
        RequestFixture.Sleeper second = fixture.asleep(() -> fence.waitTimeout(false, Long.MAX_VALUE));
        fixture.context.passNs(1_000);
        fixture.finish(1);
        fixture.runIrqWork();

        assertThat(first.answer()).isEqualTo(SECOND - 1_000);
        assertThat(second.answer()).isEqualTo(Long.MAX_VALUE);
        assertThat(fixture.engine.stats().boosts()).isEqualTo(1);
    }

    @Test
    void shouldNotSleepWhenTheHardwareFinishesWhileItSpins() {
        I915Request request = fixture.submit(1);
        request.fence().enableSignaling();
        fixture.engine.write(1); // no interrupt yet
        assertThat(request.waitTimeout(request.fence(), true, SECOND)).isEqualTo(SECOND);
        assertThat(fixture.engine.stats().spins()).isEqualTo(1);
        assertThat(fixture.engine.stats().boosts()).isZero();
        assertThat(request.fence().isSignaled()).isTrue();
    }

    @Test
    void shouldBeginItsNextLifeAtOnceWhenReleased() {
        I915Request request = fixture.submit(1);
        DmaFence first = request.fence();
        fixture.timeline.signal(first);
        first.release();

        I915Request again = fixture.submit(2);

        assertThat(again).as("no grace period in between").isSameAs(request);
        assertThat(again.fence()).isNotSameAs(first);
        assertThat(first.isFreed()).isTrue();
        assertThat(first.isDetached()).isTrue();
        assertThat(fixture.engine.stats().recycled()).isEqualTo(1);
    }

    @Test
    void shouldAnswerALateCallerAboutItsOwnFenceWhenItIsInItsNextLife() {
        I915Request request = fixture.submit(1);
        DmaFence first = request.fence();
        fixture.engine.write(1);
        assertThat(first.pollSignaled()).isTrue();
        first.release();
        I915Request again = fixture.submit(2);

        assertThat(request.signaled(first)).isTrue();
        assertThat(request.timelineName(first)).isEqualTo("signaled");
        assertThat(again.signaled(again.fence())).isFalse();
        assertThat(again.timelineName(again.fence())).isEqualTo("gem");
    }

    @Test
    void shouldLetItsContextGoWhenRetired() {
        I915Request request = fixture.submit(1);
        DmaFence fence = request.fence().retain();
        fixture.engine.write(1);
        request.retire();
        assertThat(fence.isSignaled()).isTrue();
        assertThat(fence.references()).isEqualTo(1);
        assertThat(fence.timelineName()).isEqualTo("signaled-timeline");
        assertThat(fence.lastKnownTimelineName()).isEqualTo("gem");
    }
}
