package org.dmafence.vulkan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * A timeline semaphore of a program's own device, as fences: each signals when the semaphore has reached a value,
 * whoever raises it. A thread waits for the least value that a fence is for. Any thread may call everything.
 */
public final class SemaphoreTimeline implements AutoCloseable {
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long STOP_MS = 1000;

    private final FenceContext context;
    private final SemaphoreFunctions functions;
    private final long semaphore;
    private final Ops ops;

    /** Least value first; guarded by this. */
    private final PriorityQueue<DmaFence> pending = new PriorityQueue<>(Comparator.comparingLong(DmaFence::seqno));

    private @Nullable Thread thread;
    private boolean closed;

    private SemaphoreTimeline(FenceRuntime runtime, String name, SemaphoreFunctions functions, long semaphore) {
        context = FenceContext.builder(runtime).name(name).build();
        this.functions = functions;
        this.semaphore = semaphore;
        ops = new Ops(name);
    }

    static SemaphoreTimeline open(
            FenceRuntime runtime, String name, SemaphoreFunctions functions, long semaphore, ThreadFactory threads) {
        SemaphoreTimeline timeline = new SemaphoreTimeline(runtime, name, functions, semaphore);
        Thread waiter = threads.newThread(timeline::run);
        timeline.thread = waiter;
        waiter.start();
        return timeline;
    }

    /**
     * A fence that signals at a value, which the semaphore may have reached. It ends with {@code ENODEV} if the device
     * is lost before, and with {@code ECANCELED} if the timeline is closed.
     *
     * @param value positive
     * @return with a reference for the caller
     * @throws IllegalStateException if the timeline is closed
     */
    public DmaFence fence(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("a fence at value " + value + "; use 1 or more");
        }
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("a fence of " + this + ", which is closed; open another");
            }
            DmaFence fence = context.newFence64(ops, value);
            pending.add(fence.retain());
            notifyAll();
            return fence;
        }
    }

    private void run() {
        for (long next = awaitPending(); next != 0; next = awaitPending()) {
            int result = functions.await(semaphore, next, WAIT_NS);
            long reached = functions.counter(semaphore);
            if (result < 0 || reached < 0 || functions.counter(semaphore) < 0) { // asked again: a lost one may lie
                end(FenceError.ENODEV);
                return;
            }
            List<DmaFence> passed = takeUpTo(reached);
            int unused = context.signalAllAt(passed, context.runtime().clock().nanoTime());
            passed.forEach(DmaFence::release);
        }
    }

    /** The least value, 0 at the end. */
    private synchronized long awaitPending() {
        while (pending.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                closed = true;
            }
        }
        return closed ? 0 : pending.element().seqno();
    }

    private synchronized List<DmaFence> takeUpTo(long value) {
        List<DmaFence> passed = new ArrayList<>();
        while (!pending.isEmpty() && pending.element().seqno() <= value) {
            passed.add(pending.remove());
        }
        return passed;
    }

    private void end(FenceError error) {
        List<DmaFence> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(pending);
            pending.clear();
            notifyAll();
        }
        for (DmaFence fence : left) {
            context.signal(fence, error);
            fence.release();
        }
    }

    /** Ends the fences that are left, and waits for the thread, which no call of Vulkan holds up for long. */
    @Override
    public void close() {
        end(FenceError.ECANCELED);
        Thread waiter = thread;
        if (waiter != null && waiter != Thread.currentThread()) {
            try {
                waiter.join(STOP_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return "timeline " + ops.name + " of semaphore " + Long.toHexString(semaphore);
    }

    /** Names only: the semaphore is its owner's, and may be gone when a fence is asked. */
    private static final class Ops extends FenceOps {
        private final String name;

        Ops(String name) {
            this.name = name;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "vulkan-bridge";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return name;
        }
    }
}
