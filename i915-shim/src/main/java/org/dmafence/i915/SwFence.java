package org.dmafence.i915;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dmafence.drivers.DriverTimers;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.rcu.RcuReader;
import org.jspecify.annotations.Nullable;

/**
 * Waits for any number of fences, of whatever driver, each for a limited time, and then runs what was to come after
 * them. Kernel counterpart: {@code i915_sw_fence_await_dma_fence()} in {@code i915_sw_fence.c}.
 *
 * <p>Add the fences, then {@link #commit}. The first error of any of them, or {@code -ETIMEDOUT}, is kept in
 * {@link #error}. Time passes when the ring's {@code advance} is called. Waits are added on the engine's thread, so
 * that its next {@code advance} tells when the timer is due; the fences may signal anywhere.
 *
 * <p>Departs from the kernel in one point: a wait that timed out takes its callback and its reference back at once.
 * There they stay until the fence signals; here the callback of a fence that never does would pin this module's class
 * loader for ever.
 */
public final class SwFence {
    /** The kernel rounds such timers up to whole seconds, so that they expire together. */
    static final long TIMER_GRAIN_NS = 1_000_000_000L;

    private final SwFences owner;
    private final String hint;
    private final Runnable onDone;

    /** What is still to come, and one for {@link #commit}. */
    private final AtomicInteger pending = new AtomicInteger(1);

    private final AtomicInteger errno = new AtomicInteger();

    SwFence(SwFences owner, String hint, Runnable onDone) {
        this.owner = owner;
        this.hint = hint;
        this.onDone = onDone;
    }

    /**
     * Waits for a fence; takes a reference of its own. On expiry a notice names the fence, and this goes on with
     * {@code -ETIMEDOUT}.
     *
     * @param timeoutNs rounded up to whole seconds; 0 for no limit
     * @return 0 if the fence has signalled already, 1 if it is waited for
     */
    public int awaitWithTimeout(DmaFence fence, long timeoutNs) {
        if (fence.pollSignaled()) {
            fail(fence.errno());
            return 0;
        }
        pending.incrementAndGet();
        Await await = new Await(fence.retain(), this);
        if (timeoutNs > 0) {
            await.startTimer(timeoutNs);
        }
        if (!fence.addCallback(await)) {
            await.onSignaled(fence);
            return 0;
        }
        owner.add(await);
        if (await.isOver()) { // it ended before it was remembered
            owner.remove(await);
        }
        return 1;
    }

    /** All fences are added: {@code onDone} runs when the last one has ended, possibly here and now. */
    public void commit() {
        complete();
    }

    /** Whether everything has ended. */
    public boolean isDone() {
        return pending.get() == 0;
    }

    /** The first error of a fence or of a wait, {@code null} for none. */
    public @Nullable FenceError error() {
        int number = errno.get();
        return number == 0 ? null : FenceError.of(number);
    }

    private void fail(int number) {
        errno.compareAndSet(0, number);
    }

    private void complete() {
        if (pending.decrementAndGet() == 0) {
            onDone.run();
        }
    }

    /**
     * The wait for one fence. The thread that empties {@code waiter} completes it; the one that ends the callback's
     * life drops the reference.
     */
    static final class Await extends FenceCallback {
        private final DmaFence fence;
        private final AtomicReference<@Nullable SwFence> waiter;
        private final SwFences owner;
        private volatile DriverTimers.@Nullable Timer timer;

        private Await(DmaFence fence, SwFence waiter) {
            this.fence = fence;
            this.waiter = new AtomicReference<>(waiter);
            this.owner = waiter.owner;
        }

        private void startTimer(long timeoutNs) {
            long nowNs = fence.runtime().clock().nanoTime();
            long deadlineNs = nowNs > Long.MAX_VALUE - timeoutNs - TIMER_GRAIN_NS
                    ? Long.MAX_VALUE
                    : Math.floorDiv(nowNs + timeoutNs + TIMER_GRAIN_NS - 1, TIMER_GRAIN_NS) * TIMER_GRAIN_NS;
            timer = owner.timers().arm(deadlineNs, this::expire);
        }

        boolean isOver() {
            return waiter.get() == null;
        }

        @Override
        protected void onSignaled(DmaFence signaled) {
            SwFence woken = waiter.getAndSet(null);
            if (woken != null) {
                end(woken, signaled.errno());
            }
            fence.release();
        }

        private void expire() {
            SwFence woken = waiter.getAndSet(null);
            if (woken != null) {
                owner.context()
                        .notice("Asynchronous wait on fence " + describe(fence) + " timed out (hint:" + woken.hint
                                + ")");
                takeBack();
                end(woken, FenceError.ETIMEDOUT.errno());
            }
        }

        /** The ring died. */
        void giveUp(FenceError error) {
            SwFence woken = waiter.getAndSet(null);
            if (woken != null) {
                takeBack();
                end(woken, error.errno());
            }
        }

        private void end(SwFence woken, int number) {
            DriverTimers.Timer started = timer;
            if (started != null) {
                started.cancel();
            }
            owner.remove(this);
            woken.fail(number);
            woken.complete();
        }

        private void takeBack() {
            if (fence.removeCallback(this)) {
                fence.release();
            }
        }
    }

    /** Driver, timeline and sequence number in hex; both names of one instant, asked in one read section. */
    static String describe(DmaFence fence) {
        RcuReader reader = fence.runtime().rcu().reader();
        long section = reader.lock();
        try {
            return fence.driverName() + ":" + fence.timelineName() + ":" + Long.toHexString(fence.seqno());
        } finally {
            reader.unlock(section);
        }
    }
}
