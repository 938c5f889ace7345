package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.Test;

/**
 * A driver may signal only what was enabled, and be unable to answer a poll. In the kernel {@code
 * drm_syncobj_query_ioctl()} asks {@code dma_fence_is_signaled()}, which for a chain polls what is in it and enables
 * nothing: a query alone makes no progress there, and none here. Whoever waits, with or without a time, enables.
 */
class SyncObjQueryTest {
    private final FenceRuntime runtime = FenceRuntime.builder().build();
    private final SyncObj object = SyncObj.create(runtime);
    private final AtomicInteger enabled = new AtomicInteger();
    private final FenceContext context = FenceContext.builder(runtime).build();
    private final DmaFence fence = context.newFence(new SignalsWhatWasEnabled(), 1);

    @Test
    void shouldNotEnableWhenQueried() {
        object.addPoint(fence, 5);
        for (int i = 0; i < 1_000; i++) {
            assertThat(object.pollReachedPoint()).isZero();
        }
        assertThat(enabled).hasValue(0);
    }

    @Test
    void shouldEnableWhenLookedAtByAWait() {
        object.addPoint(fence, 5);
        SyncObjWait at5 = SyncObjWait.on(new SyncObjPoint(object, 5));
        assertThat(at5.poll().reached()).isFalse();
        assertThat(enabled).hasValue(1);
        context.signal(fence); // the interrupt, which was switched on
        assertThat(object.pollReachedPoint()).isEqualTo(5);
    }

    private final class SignalsWhatWasEnabled extends FenceOps {
        SignalsWhatWasEnabled() {
            super(Op.ENABLE_SIGNALING);
        }

        @Override
        protected String driverName(DmaFence of) {
            return "lazy";
        }

        @Override
        protected String timelineName(DmaFence of) {
            return "irq";
        }

        @Override
        protected boolean enableSignaling(DmaFence of) {
            enabled.incrementAndGet();
            return true;
        }
    }
}
