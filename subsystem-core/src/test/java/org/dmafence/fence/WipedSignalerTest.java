package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.concurrent.WipedThread;
import org.dmafence.fence.container.FenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread whose thread locals are cleared has the same signaler, even in the middle of its callbacks. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WipedSignalerTest {
    private final FenceFixture fixture = new FenceFixture();

    @Test
    void shouldKeepItsSignalerWhenThreadLocalsAreWiped() {
        Signaler before = Signaler.current();
        int known = Signaler.known();
        WipedThread.wipe();
        assertThat(Signaler.current()).isSameAs(before);
        assertThat(Signaler.known()).isEqualTo(known);
    }

    @Test
    void shouldNotWaitForItselfWhenACallbackRemovesItselfAfterAWipe() {
        DmaFence fence = fixture.fence();
        List<Boolean> removed = new ArrayList<>();
        fence.addCallback(new FenceCallback() {
            @Override
            protected void onSignaled(DmaFence signaled) {
                WipedThread.wipe();
                fixture.context.signaler = null; // what a context remembers is a hint, and may be another thread's
                removed.add(signaled.removeCallback(this));
            }
        });
        fixture.context.signal(fence);
        assertThat(removed).containsExactly(false);
    }

    @Test
    void shouldDeferContainersUntilTheDrainIsOverWhenWipedInThere() {
        DmaFence member = fixture.fence();
        List<String> order = new ArrayList<>();
        member.addCallback(FenceCallback.of(fence -> WipedThread.wipe()));
        DmaFence array = FenceArray.create(List.of(member.retain())).fence();
        array.addCallback(FenceCallback.of(fence -> order.add("array")));
        member.addCallback(FenceCallback.of(fence -> order.add("member")));
        fixture.context.signal(member);
        assertThat(order).containsExactly("member", "array");
    }
}
