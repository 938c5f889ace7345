package org.dmafence.i915;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.junit.jupiter.api.Test;

class SwFenceTest {
    private static final long SECOND = 1_000_000_000L;

    private final DriverTestContext context = new DriverTestContext();
    private final I915Ring ring = new I915Ring(context, new RingSpec("card0", "rcs0", "request", 4));
    private final FenceContext foreign = context.newContext("foreign").build();
    private final List<String> done = new ArrayList<>();

    private SwFence fence() {
        return ring.newSwFence("flip", () -> done.add("done"));
    }

    private DmaFence foreignFence(long seqno) {
        return foreign.newFence(
                new FenceOps() {
                    @Override
                    protected String driverName(DmaFence fence) {
                        return "vgem";
                    }

                    @Override
                    protected String timelineName(DmaFence fence) {
                        return "unbound";
                    }
                },
                seqno);
    }

    @Test
    void shouldNotWaitWhenTheFenceSignaledBefore() {
        DmaFence signaled = foreignFence(1);
        foreign.signal(signaled, FenceError.EIO);
        SwFence fence = fence();

        assertThat(fence.awaitWithTimeout(signaled, SECOND)).isZero();
        assertThat(done).as("not committed").isEmpty();
        fence.commit();
        assertThat(done).hasSize(1);
        assertThat(fence.error()).isEqualTo(FenceError.EIO);
        assertThat(signaled.references()).isEqualTo(1);
    }

    @Test
    void shouldGoOnAndShutTheTimerDownWhenTheFencesSignal() {
        DmaFence first = foreignFence(1);
        DmaFence second = foreignFence(2);
        SwFence fence = fence();
        assertThat(fence.awaitWithTimeout(first, SECOND)).isEqualTo(1);
        assertThat(fence.awaitWithTimeout(second, SECOND)).isEqualTo(1);
        fence.commit();
        assertThat(first.references()).isEqualTo(2);

        foreign.signal(second);
        assertThat(fence.isDone()).isFalse();
        foreign.signal(first);

        assertThat(fence.isDone()).isTrue();
        assertThat(fence.error()).isNull();
        assertThat(first.references()).isEqualTo(1);
        assertThat(ring.advance(10 * SECOND)).isEqualTo(Long.MAX_VALUE);
        assertThat(ring.awaits().pending()).isZero();
        assertThat(context.notices()).isEmpty();
    }

    @Test
    void shouldNameTheFenceAndGoOnWhenTheTimePasses() {
        DmaFence stuck = foreignFence(0xbeef);
        SwFence fence = fence();
        fence.awaitWithTimeout(stuck, SECOND + 1);
        fence.commit();

        assertThat(ring.advance(SECOND + 1)).as("rounded up").isEqualTo(2 * SECOND);
        assertThat(done).isEmpty();
        ring.advance(2 * SECOND);

        assertThat(context.notices())
                .containsExactly("Asynchronous wait on fence vgem:unbound:beef timed out (hint:flip)");
        assertThat(fence.error()).isEqualTo(FenceError.ETIMEDOUT);
        assertThat(done).hasSize(1);
        assertThat(stuck.references()).as("nothing is left on the fence").isEqualTo(1);
        foreign.signal(stuck);
        assertThat(done).as("once").hasSize(1);
    }

    @Test
    void shouldKeepTheFirstErrorWhenAnotherFollows() {
        DmaFence failing = foreignFence(1);
        DmaFence stuck = foreignFence(2);
        SwFence fence = fence();
        fence.awaitWithTimeout(failing, SECOND);
        fence.awaitWithTimeout(stuck, SECOND);
        fence.commit();
        foreign.signal(failing, FenceError.EIO);
        ring.advance(SECOND);
        assertThat(fence.isDone()).isTrue();
        assertThat(fence.error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldWaitWithoutATimerWhenThereIsNoLimit() {
        DmaFence slow = foreignFence(1);
        SwFence fence = fence();
        fence.awaitWithTimeout(slow, 0);
        fence.commit();
        assertThat(ring.advance(1_000 * SECOND)).isEqualTo(Long.MAX_VALUE);
        foreign.signal(slow);
        assertThat(fence.error()).isNull();
        assertThat(done).hasSize(1);
    }

    @Test
    void shouldComeOffOtherPeoplesFencesWhenTheRingIsKilled() {
        DmaFence stuck = foreignFence(1);
        SwFence fence = fence();
        fence.awaitWithTimeout(stuck, SECOND);
        fence.commit();
        ring.kill(FenceError.ECANCELED);

        assertThat(fence.error()).isEqualTo(FenceError.ECANCELED);
        assertThat(stuck.references()).isEqualTo(1);

        SwFence late = fence();
        late.awaitWithTimeout(stuck, SECOND);
        late.commit();
        assertThat(late.error()).isEqualTo(FenceError.ECANCELED);
        assertThat(stuck.references()).isEqualTo(1);
        assertThat(ring.awaits().pending()).isZero();
    }
}
