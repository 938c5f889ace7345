package org.dmafence.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceWaitException;
import org.jspecify.annotations.Nullable;

/**
 * Real threads that wait for fences: those the trace's tasks waited for, and samples of the jobs' own. Used by one
 * thread.
 */
final class WaiterPool implements AutoCloseable {
    private static final int MAX_WAITERS = 16;
    private static final long PARK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long WAKE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long JOIN_MS = 5_000;

    private final Histogram wakes;
    private final List<Waiter> all = new ArrayList<>();
    private final ArrayDeque<Waiter> idle = new ArrayDeque<>();
    private final Map<Object, Waiter> waiting = new HashMap<>();

    /** A driver's wait op does not come back, so the next ones won't either. */
    private boolean hung;

    private long skipped;

    /** @param wakes where the time from a signal to the waiter going on is recorded */
    WaiterPool(Histogram wakes) {
        this.wakes = wakes;
    }

    /**
     * Has a thread wait, and returns when it does; skipped when all threads wait already.
     *
     * @param key what {@link #stop} calls the wait
     */
    void start(Object key, DmaFence fence) {
        stop(key);
        reap();
        Waiter waiter = idle.poll();
        if (waiter == null) {
            if (all.size() == MAX_WAITERS) {
                skipped++;
                return;
            }
            waiter = new Waiter(all.size());
            all.add(waiter);
            waiter.thread.start();
        }
        waiting.put(key, waiter);
        waiter.await(fence);
    }

    /** Ends a wait if it goes on. */
    void stop(Object key) {
        Waiter waiter = waiting.remove(key);
        if (waiter != null && waiter.end()) {
            idle.add(waiter);
        }
    }

    /** How many waits there were no threads for. */
    long skipped() {
        return skipped;
    }

    private void reap() {
        waiting.values().removeIf(waiter -> {
            if (!waiter.busy) {
                idle.add(waiter);
            }
            return !waiter.busy;
        });
    }

    @Override
    public void close() {
        all.forEach(Waiter::close);
    }

    private final class Waiter {
        final Thread thread;
        private final SynchronousQueue<DmaFence> handOver = new SynchronousQueue<>();
        volatile boolean busy;
        private volatile @Nullable DmaFence fence;
        private volatile boolean atFence;
        private volatile boolean closed;

        Waiter(int number) {
            thread = new Thread(this::run, "dmafence-waiter-" + number);
            thread.setDaemon(true);
        }

        /** Returns when the thread is parked, or has nothing to wait for. */
        void await(DmaFence next) {
            fence = next;
            busy = true;
            try {
                handOver.put(next);
            } catch (InterruptedException e) {
                busy = false;
                Thread.currentThread().interrupt();
                return;
            }
            long startNs = System.nanoTime();
            while (busy && !parked() && System.nanoTime() - startNs < PARK_NS) {
                Thread.onSpinWait();
            }
        }

        private boolean parked() {
            // Without the flag it might still be parked in front of the hand-over.
            return atFence
                    && (thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        }

        /**
         * A waiter that is about to be woken goes on by itself, and is measured; any other is interrupted.
         *
         * @return false if it waits in a driver's own op that never comes back; it is left to itself
         */
        boolean end() {
            DmaFence awaited = fence;
            long startNs = System.nanoTime();
            while (busy && awaited != null && awaited.isSignaled() && System.nanoTime() - startNs < WAKE_NS) {
                LockSupport.parkNanos(this, RETRY_NS);
            }
            while (busy && thread.isAlive() && System.nanoTime() - startNs < (hung ? WAKE_NS : GIVE_UP_NS)) {
                thread.interrupt();
                LockSupport.parkNanos(this, RETRY_NS);
            }
            hung |= busy && thread.isAlive();
            return !busy;
        }

        void close() {
            boolean unused = end();
            closed = true;
            thread.interrupt();
            try {
                thread.join(hung ? 1 : JOIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run() {
            while (!closed) {
                DmaFence taken;
                try {
                    taken = handOver.take();
                } catch (InterruptedException e) {
                    continue; // meant for the wait before, or the pool is closing
                }
                try {
                    waitFor(taken);
                } catch (InterruptedException | FenceWaitException e) {
                    // The trace's wait ended before the signal, or the driver's own wait failed: nothing to measure.
                } finally {
                    atFence = false;
                    busy = false;
                }
            }
        }

        private void waitFor(DmaFence taken) throws InterruptedException {
            boolean early = !taken.isSignaled();
            atFence = true;
            taken.await();
            long now = taken.runtime().clock().nanoTime();
            if (early) {
                synchronized (wakes) {
                    Latencies.record(wakes, now - taken.timestampNs());
                }
            }
        }
    }
}
