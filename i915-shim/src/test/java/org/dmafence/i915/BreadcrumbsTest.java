package org.dmafence.i915;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.junit.jupiter.api.Test;

class BreadcrumbsTest {
    private final RequestFixture fixture = new RequestFixture();
    private final List<Long> signaled = new ArrayList<>();

    private FenceCallback note() {
        return FenceCallback.of(fence -> signaled.add(fence.seqno()));
    }

    @Test
    void shouldAttachAtSubmissionWhenEnabledBefore() {
        I915Request request = fixture.begin(1);
        assertThat(request.fence().addCallback(note())).isTrue();
        assertThat(fixture.breadcrumbs.isArmed()).isFalse();

        request.activate();
        assertThat(fixture.breadcrumbs.isArmed()).isTrue();
        fixture.finish(1);
        fixture.runIrqWork();

        assertThat(signaled).containsExactly(1L);
        assertThat(fixture.breadcrumbs.isArmed()).isFalse();
    }

    @Test
    void shouldSignalInOrderWhenEnabledOutOfOrder() {
        List<I915Request> requests =
                List.of(fixture.submit(1), fixture.submit(2), fixture.submit(3), fixture.submit(4));
        for (int i : new int[] {2, 0, 3, 1}) {
            assertThat(requests.get(i).fence().addCallback(note())).isTrue();
        }
        fixture.finish(3);
        fixture.runIrqWork();
        assertThat(signaled).containsExactly(1L, 2L, 3L);
        assertThat(fixture.breadcrumbs.isArmed()).as("one is left").isTrue();
        fixture.finish(4);
        fixture.runIrqWork();
        assertThat(signaled).containsExactly(1L, 2L, 3L, 4L);
        assertThat(fixture.engine.stats().interrupts()).isEqualTo(2);
    }

    @Test
    void shouldStampAllOfOneInterruptAlike() {
        DmaFence first = fixture.submit(1).fence();
        DmaFence second = fixture.submit(2).fence();
        first.enableSignaling();
        second.enableSignaling();
        first.addCallback(FenceCallback.of(fence -> fixture.context.passNs(50)));
        fixture.context.passNs(100);
        fixture.finish(2);
        fixture.runIrqWork();
        assertThat(first.timestampNs()).isEqualTo(100);
        assertThat(second.timestampNs()).isEqualTo(100);
    }

    @Test
    void shouldHearNoInterruptWhenNothingIsEnabled() {
        DmaFence fence = fixture.submit(1).fence();
        fixture.finish(1);
        assertThat(fixture.irqWork).isEmpty();
        assertThat(fence.isSignaled()).isFalse();
        assertThat(fixture.engine.stats().interrupts()).isZero();
    }

    @Test
    void shouldShowTheBitBeforeTheTimestampWhenARequestIsEnabledLate() {
        DmaFence fence = fixture.submit(1).fence();
        fixture.engine.write(1);
        fixture.context.passNs(40);

        assertThat(fence.addCallback(note())).as("done already").isFalse();

        assertThat(fence.isSignaled()).as("begun").isTrue();
        RequestFixture.Sleeper reader = fixture.asleep(fence::timestampNs);
        fixture.context.passNs(2);
        fixture.runIrqWork();
        assertThat(reader.answer()).as("what the irq work stored").isEqualTo(42);
        assertThat(signaled).isEmpty();
    }

    @Test
    void shouldLetACallbackBeRemovedWhileTheBitIsSetAndCallbacksHaveNotRun() {
        DmaFence first = fixture.submit(1).fence();
        DmaFence second = fixture.submit(2).fence();
        FenceCallback behind = note();
        List<Boolean> seen = new ArrayList<>();
        first.addCallback(FenceCallback.of(fence -> {
            seen.add(second.isSignaled());
            seen.add(second.removeCallback(behind));
        }));
        second.addCallback(behind);
        fixture.finish(2);
        fixture.runIrqWork();

        assertThat(seen).as("signalled, and removed all the same").containsExactly(true, true);
        assertThat(signaled).isEmpty();
    }

    @Test
    void shouldLeaveTheFenceToAPollerWhenItIsFirst() {
        DmaFence fence = fixture.submit(1).fence();
        fence.addCallback(note());
        fixture.finish(1);
        assertThat(fence.pollSignaled()).isTrue();
        assertThat(signaled).containsExactly(1L);
        assertThat(fence.references()).as("the list's too").isEqualTo(2);
        fixture.runIrqWork();
        assertThat(signaled).containsExactly(1L);
        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldAlwaysSayThatItWillSignal() {
        I915Request waiting = fixture.submit(1);
        I915Request early = fixture.begin(2);
        I915Request done = fixture.submit(0); // passed from the start
        assertThat(waiting.enableSignaling(waiting.fence())).isTrue();
        assertThat(waiting.enableSignaling(waiting.fence())).as("listed").isTrue();
        assertThat(early.enableSignaling(early.fence())).isTrue();
        assertThat(done.enableSignaling(done.fence())).isTrue();
        assertThat(done.enableSignaling(done.fence())).as("signalled").isTrue();
    }
}
