package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The kernel's suite {@code dma-buf-fence} ({@code st-dma-fence.c}), case by case under its names. Its mock answers one
 * string for both names; ours answers two, so that no case passes with the names swapped.
 */
@Timeout(60)
@DisplayName("dma-buf-fence")
class DmaFenceKernelSuiteTest {
    private static final long JIFFY_NS = TimeUnit.MILLISECONDS.toNanos(4);

    private final Reports reports = new Reports();
    private final FenceContext context = FenceFixture.realTime(reports);

    private DmaFence mock() {
        return context.newFence(TestOps.with(), 0);
    }

    /** A callback that sets a flag, as the kernel's {@code simple_callback}. */
    private static final class Simple extends FenceCallback {
        final AtomicBoolean seen = new AtomicBoolean();

        @Override
        protected void onSignaled(DmaFence fence) {
            seen.set(true);
        }
    }

    @Test
    @DisplayName("test_sanitycheck")
    void sanitycheck() {
        DmaFence fence = mock();
        fence.enableSignaling();
        context.signal(fence);
        fence.release();
        assertThat(fence.isFreed()).isTrue();
        assertThat(reports.all()).isEmpty();
    }

    @Test
    @DisplayName("test_signaling")
    void signaling() {
        DmaFence fence = mock();
        fence.enableSignaling();
        assertThat(fence.pollSignaled()).isFalse();
        assertThat(fence.driverName()).isEqualTo(TestOps.DRIVER);
        assertThat(fence.timelineName()).isEqualTo(TestOps.TIMELINE);
        assertThat(context.checkAndSignal(fence)).isFalse();
        assertThat(fence.pollSignaled()).isTrue();
        assertThat(fence.isSignaled()).isTrue();
        assertThat(fence.isDetached()).isTrue();
        assertThat(context.checkAndSignal(fence)).isTrue();
    }

    @Test
    @DisplayName("test_add_callback")
    void addCallback() {
        DmaFence fence = mock();
        Simple callback = new Simple();
        assertThat(fence.addCallback(callback)).isTrue();
        context.signal(fence);
        assertThat(callback.seen).isTrue();
    }

    @Test
    @DisplayName("test_late_add_callback")
    void lateAddCallback() {
        DmaFence fence = mock();
        context.signal(fence);
        Simple callback = new Simple();
        assertThat(fence.addCallback(callback)).isFalse();
        context.signal(fence);
        assertThat(callback.seen).isFalse();
    }

    @Test
    @DisplayName("test_rm_callback")
    void rmCallback() {
        DmaFence fence = mock();
        Simple callback = new Simple();
        assertThat(fence.addCallback(callback)).isTrue();
        assertThat(fence.removeCallback(callback)).isTrue();
        context.signal(fence);
        assertThat(callback.seen).isFalse();
    }

    @Test
    @DisplayName("test_late_rm_callback")
    void lateRmCallback() {
        DmaFence fence = mock();
        Simple callback = new Simple();
        assertThat(fence.addCallback(callback)).isTrue();
        context.signal(fence);
        assertThat(callback.seen).isTrue();
        assertThat(fence.removeCallback(callback)).isFalse();
    }

    @Test
    @DisplayName("test_status")
    void status() {
        DmaFence fence = mock();
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.ACTIVE);
        context.signal(fence);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
    }

    @Test
    @DisplayName("test_error")
    void error() {
        DmaFence fence = mock();
        context.setError(fence, FenceError.EIO);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.ACTIVE);
        context.signal(fence);
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    @DisplayName("test_wait")
    void waitForNoTime() {
        DmaFence fence = mock();
        assertThat(fence.waitTimeout(false, 0)).isZero();
        context.signal(fence);
        assertThat(fence.waitTimeout(false, 0)).isEqualTo(1);
    }

    @Test
    @DisplayName("test_wait_timeout")
    void waitTimeout() {
        DmaFence fence = mock();
        assertThat(fence.waitTimeout(false, JIFFY_NS)).isZero();
        CompletableFuture<Void> timer = CompletableFuture.runAsync(
                () -> context.signal(fence), CompletableFuture.delayedExecutor(JIFFY_NS, TimeUnit.NANOSECONDS));
        assertThat(fence.waitTimeout(false, TimeUnit.SECONDS.toNanos(FenceFixture.PATIENCE_S)))
                .isPositive();
        FenceFixture.join(timer);
    }

    @Test
    @DisplayName("test_stub")
    void stub() {
        DmaFence[] stubs = new DmaFence[64];
        for (int i = 0; i < stubs.length; i++) {
            stubs[i] = context.runtime().stub();
            assertThat(stubs[i].pollSignaled()).isTrue();
        }
        for (DmaFence stub : stubs) {
            stub.release();
        }
        assertThat(context.runtime().stub().isFreed()).isFalse();
    }

    @Test
    @DisplayName("test_race_signal_callback")
    void raceSignalCallback() {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "a race needs two processors");
        for (boolean signalBeforeAdd : new boolean[] {false, true}) {
            Race race = new Race(signalBeforeAdd);
            CompletableFuture<Void> other = FenceFixture.fork("race-1", () -> race.run(1));
            race.run(0); // both end by themselves, also when the other fails
            FenceFixture.join(other);
            assertThat(race.loops[0] + race.loops[1]).as("rounds").isPositive();
        }
        assertThat(reports.all()).isEmpty();
    }

    private final class Race {
        private final boolean signalBeforeAdd;
        private final RcuReference<DmaFence>[] slots;
        private final CountDownLatch start = new CountDownLatch(2);
        private final AtomicBoolean stop = new AtomicBoolean();
        final int[] loops = new int[2];

        @SuppressWarnings({"unchecked", "rawtypes"})
        Race(boolean signalBeforeAdd) {
            this.signalBeforeAdd = signalBeforeAdd;
            slots = new RcuReference[] {
                new RcuReference<DmaFence>(context.runtime().rcu(), null),
                new RcuReference<DmaFence>(context.runtime().rcu(), null)
            };
        }

        void run(int id) {
            RcuReader reader = context.runtime().reader();
            start.countDown();
            FenceFixture.await(start);
            long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
            while (!stop.get() && System.nanoTime() - endNs < 0) {
                DmaFence mine = mock();
                slots[id].assign(mine);
                DmaFence other = takeOther(reader, id, endNs);
                if (other == null) {
                    context.signal(mine); // the other thread may have taken it and wait
                    mine.release();
                    break;
                }
                if (signalBeforeAdd) {
                    context.signal(mine);
                }
                Simple callback = new Simple();
                boolean added = other.addCallback(callback);
                if (!signalBeforeAdd) {
                    context.signal(mine);
                }
                if (added) {
                    other.awaitUninterruptibly(FenceFixture.PATIENCE_S, TimeUnit.SECONDS);
                    // The kernel takes the fence's lock to wait for the callback; ours has finished when removing says
                    // no.
                    assertThat(other.removeCallback(callback)).isFalse();
                    assertThat(callback.seen).isTrue();
                }
                other.release();
                slots[id].assign(null);
                mine.release();
                loops[id]++;
            }
            stop.set(true);
            slots[id].assign(null);
        }

        private @org.jspecify.annotations.Nullable DmaFence takeOther(RcuReader reader, int id, long endNs) {
            for (; ; ) {
                long section = reader.lock();
                try {
                    DmaFence other = DmaFence.retainFrom(slots[1 - id]);
                    if (other != null) {
                        return other;
                    }
                } finally {
                    reader.unlock(section);
                }
                if (stop.get() || System.nanoTime() - endNs > 0) {
                    return null;
                }
                Thread.onSpinWait();
            }
        }
    }
}
