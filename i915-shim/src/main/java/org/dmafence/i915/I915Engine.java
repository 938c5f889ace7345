package org.dmafence.i915;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.dmafence.fence.SequenceNumbers;

/**
 * What the requests of one physical engine share: the status page that the hardware writes its progress to, the
 * breadcrumbs, the pool of request objects, the counters. Kernel counterpart: {@code struct intel_engine_cs}.
 */
final class I915Engine {
    private final String device;
    private final Breadcrumbs breadcrumbs;
    private final RequestPool pool;

    /**
     * The status page. Written by the thread that ends a request, read by pollers; volatile, it publishes the request's
     * error.
     */
    private final AtomicInteger written = new AtomicInteger();

    private final LongAdder boosts = new LongAdder();
    private final LongAdder spins = new LongAdder();

    /** @param poolSize how many request objects to keep for another life, at least 2 */
    I915Engine(String device, Breadcrumbs breadcrumbs, int poolSize) {
        this.device = device;
        this.breadcrumbs = breadcrumbs;
        pool = new RequestPool(poolSize, () -> new I915Request(this));
    }

    /** The device's name, which is the driver name of every request. */
    String device() {
        return device;
    }

    Breadcrumbs breadcrumbs() {
        return breadcrumbs;
    }

    RequestPool pool() {
        return pool;
    }

    /** Whether the hardware has passed a sequence number, which may have wrapped at 32 bits. */
    boolean isComplete(long seqno) {
        return !SequenceNumbers.isLater(seqno, written.get(), false);
    }

    /** Whether the hardware works on just this one. */
    boolean isRunning(long seqno) {
        return (int) seqno == written.get() + 1;
    }

    /** The hardware writes a sequence number; an earlier one than it wrote before is ignored. */
    void write(long seqno) {
        written.accumulateAndGet((int) seqno, (old, next) -> SequenceNumbers.isLater(next, old, false) ? next : old);
    }

    /** A waiter asks for a higher frequency. */
    void boost() {
        boosts.increment();
    }

    /** A waiter was served by spinning. */
    void spun() {
        spins.increment();
    }

    Stats stats() {
        return new Stats(boosts.sum(), spins.sum(), breadcrumbs.interrupts(), pool.allocated(), pool.recycled());
    }

    /**
     * What happened on the engine so far.
     *
     * @param boosts requests whose waiters had the frequency raised
     * @param spins waits that ended without sleeping
     * @param interrupts interrupts that found the breadcrumbs armed
     * @param allocated request objects that were made
     * @param recycled requests that took an object of an earlier one
     */
    record Stats(long boosts, long spins, long interrupts, long allocated, long recycled) {}
}
