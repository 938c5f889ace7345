package org.dmafence.i915;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.DmaFence;

/**
 * Signals the requests that somebody waits for when the hardware's interrupt comes. Kernel counterpart:
 * {@code gt/intel_breadcrumbs.c}.
 *
 * <p>It goes past the core: the SIGNALED bit is set first, without a lock and for all requests that are done;
 * everything else (timestamp, callbacks) follows later, in irq work. In between a request reads as signalled while its
 * timestamp makes readers spin and its callbacks can still be removed. A callback must therefore not ask for the
 * <em>timestamp</em> of another request of the same engine: it may run in the very irq work that is to set it.
 *
 * <p>The interrupt is armed while there is something in the list; unarmed, nobody is told what the hardware finished,
 * and {@link #enable} looks for itself.
 */
final class Breadcrumbs {
    /*
     * Overview. `lock` guards `signals`, `armed` and each request's `listed`. It is a leaf: nothing foreign is called
     * under it, in particular not beginSignal, which waits for an enable op of another thread, which may want this
     * lock.
     *
     * I1  A listed request has a reference that belongs to the list.
     * I2  A request that is done when it is listed, or when the list is looked through after it was listed, leaves the
     *     list: the hardware writes its number before it raises the interrupt, and both sides take the lock.
     * I3  The thread that set SIGNALED by beginSignal finishes the fence, once.
     *
     * Irq work runs on the thread that raises it, at once. In an enable op it only finishes requests that were begun in
     * such ops, whose callbacks can't exist yet: no foreign code runs inside the op.
     */
    private final NanoClock clock;
    private final Executor irqWork;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeSet<I915Request> signals =
            new TreeSet<>((a, b) -> Integer.compare((int) a.seqno() - (int) b.seqno(), 0));
    private boolean armed;

    /** Begun by enable ops, to be finished by irq work; each with a reference. Kernel: {@code signaled_requests}. */
    private final Queue<I915Request> begun = new ConcurrentLinkedQueue<>();

    private final LongAdder interrupts = new LongAdder();

    Breadcrumbs(NanoClock clock) {
        this(clock, Runnable::run);
    }

    /** @param irqWork runs what is to run later; a test that wants to look in between holds it back */
    Breadcrumbs(NanoClock clock, Executor irqWork) {
        this.clock = clock;
        this.irqWork = irqWork;
    }

    /**
     * Has a request signalled when it is done; at once if it is. One that was not handed to the hardware yet is
     * attached when it is.
     *
     * @return true: i915 always says that it will signal
     */
    boolean enable(I915Request request, DmaFence fence) {
        if (fence.isSignaled() || !request.isActive()) {
            return true;
        }
        lock.lock();
        try {
            if (request.listed) {
                return true;
            }
            if (!request.isComplete()) { // I2
                fence.retain(); // I1
                request.listed = true;
                signals.add(request);
                armed = true;
                return true;
            }
        } finally {
            lock.unlock();
        }
        if (request.timeline().beginSignal(fence)) {
            fence.retain();
            begun.add(request);
            irqWork.execute(this::finishBegun);
        }
        return true;
    }

    /** The hardware wrote its progress and raises its interrupt, which is heard if it is armed. */
    void interrupt() {
        lock.lock();
        try {
            if (!armed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        interrupts.increment();
        irqWork.execute(this::signalCompleted);
    }

    private void signalCompleted() {
        finishBegun();
        List<I915Request> done = takeCompleted();
        for (Iterator<I915Request> each = done.iterator(); each.hasNext(); ) {
            I915Request request = each.next();
            DmaFence fence = request.fence();
            if (!request.timeline().beginSignal(fence)) { // somebody polled it first
                each.remove();
                fence.release();
            }
        }
        long nowNs = clock.nanoTime();
        for (I915Request request : done) {
            finish(request, nowNs);
        }
    }

    private List<I915Request> takeCompleted() {
        List<I915Request> done = new ArrayList<>();
        lock.lock();
        try {
            while (!signals.isEmpty() && signals.first().isComplete()) {
                I915Request request = signals.first();
                signals.remove(request);
                request.listed = false;
                done.add(request);
            }
            armed = !signals.isEmpty();
        } finally {
            lock.unlock();
        }
        return done;
    }

    private void finishBegun() {
        for (I915Request request = begun.poll(); request != null; request = begun.poll()) {
            finish(request, clock.nanoTime());
        }
    }

    private static void finish(I915Request request, long nowNs) {
        DmaFence fence = request.fence();
        request.timeline().finishSignal(fence, nowNs);
        fence.release(); // the request may be in its next life from here on
    }

    /** Whether the interrupt is armed. */
    boolean isArmed() {
        lock.lock();
        try {
            return armed;
        } finally {
            lock.unlock();
        }
    }

    /** How many interrupts were heard. */
    long interrupts() {
        return interrupts.sum();
    }
}
