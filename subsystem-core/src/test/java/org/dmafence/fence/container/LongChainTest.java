package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chains of up to a million links: nothing recurses, and each way through them takes time in proportion. */
@Timeout(60)
class LongChainTest {
    private static final int LINKS = 1_000_000;

    private final FenceContext context =
            FenceContext.builder(FenceRuntime.builder().build()).build();

    private DmaFence[] fences(int count) {
        DmaFence[] fences = new DmaFence[count];
        Plain ops = new Plain();
        for (int i = 0; i < count; i++) {
            fences[i] = context.newFence(ops, i);
        }
        return fences;
    }

    /** The last link; nobody but the next holds the others. */
    private static DmaFence chain(DmaFence[] fences) {
        DmaFence last = null;
        for (int i = 0; i < fences.length; i++) {
            last = FenceChain.create(last, fences[i].retain(), i + 1).fence();
        }
        return java.util.Objects.requireNonNull(last);
    }

    @Test
    void shouldSignalWhenSignalledInOrder() {
        DmaFence[] fences = fences(LINKS);
        DmaFence last = chain(fences);
        last.enableSignaling();
        context.signal(fences[0], FenceError.EIO);
        for (int i = 1; i < LINKS - 1; i++) {
            context.signal(fences[i]);
        }
        assertThat(last.pollSignaled()).isFalse();

        context.signal(fences[LINKS - 1]);

        assertThat(last.isSignaled()).isTrue();
        assertThat(last.status().error()).isEqualTo(FenceError.EIO);
        assertThat(fences[0].references()).as("history is let go").isEqualTo(1);
    }

    @Test
    void shouldWakeAWaiterWhenSignalledInReverse() throws InterruptedException {
        DmaFence[] fences = fences(LINKS);
        DmaFence last = chain(fences);
        last.enableSignaling();
        boolean[] woken = {false};
        Thread waiter =
                new Thread(() -> woken[0] = last.awaitUninterruptibly(50, TimeUnit.SECONDS), "waits-for-the-last-link");
        waiter.start();
        for (int i = LINKS - 1; i > 0; i--) {
            context.signal(fences[i]);
        }
        assertThat(last.isSignaled()).isFalse();

        context.signal(fences[0]);

        waiter.join();
        assertThat(woken[0]).isTrue();
    }

    @Test
    void shouldReleaseAllLinksWhenNothingSignals() {
        DmaFence[] fences = fences(200_000);
        DmaFence last = chain(fences);

        last.release();

        assertThat(fences[0].references()).isEqualTo(1);
        assertThat(fences[fences.length - 1].references()).isEqualTo(1);
        assertThat(last.isFreed()).isTrue();
    }

    @Test
    void shouldNotKeepHistoryWhenEachLinkIsWalkedAsItIsMade() {
        DmaFence[] fences = fences(100_000);
        DmaFence last = null;
        for (int i = 0; i < fences.length; i++) {
            last = FenceChain.create(last, fences[i].retain(), i + 1).fence();
            if (i >= 2) {
                context.signal(fences[i - 2]);
            }
            walkThrough(last);
        }
        assertThat(fences[0].references()).isEqualTo(1);
        assertThat(Mocks.unwrapped(java.util.Objects.requireNonNull(last))).hasSize(2);
    }

    private static void walkThrough(@Nullable DmaFence head) {
        DmaFence at = head == null ? null : head.retain();
        while (at != null) {
            at = FenceChain.walk(at);
        }
    }

    private static final class Plain extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "plain-driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "plain-timeline";
        }
    }
}
