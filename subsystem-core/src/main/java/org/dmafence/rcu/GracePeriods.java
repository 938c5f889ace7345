package org.dmafence.rcu;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.dmafence.concurrent.Uninterruptibly;

/** The epoch of one domain, and the grace periods that move it. Any thread. */
final class GracePeriods {
    // Implementation overview
    //
    // One 64-bit epoch that only grows. A grace period adds one to it, makes every reader's entry visible (the
    // barrier), and scans the readers once: it is over when each slot was seen outside any section, or in a section
    // that began at or after the new epoch. 64 bits never wrap, so one phase is enough where a one-bit phase needs two.
    //
    // Grace periods do not depend on each other: several may scan at the same time. The locks below only let callers
    // share, they protect nothing: a thread that gets the lock after a grace period that started later than its cookie
    // leaves.
    //
    // A cookie is the smallest epoch whose grace period starts after the cookie was taken: epoch + 1.
    //
    // G1  completed >= cookie implies that a grace period began after the cookie was taken and has ended.
    // G2  A reader whose slot the scan saw as 0 either left before, or its reads come after the barrier and see all
    //     that was published before it (RcuReader, I2).
    // G3  A reader that took the new epoch sees what was published before the epoch was incremented: the increment
    //     releases, and the fence of the reader's entry follows its read of the epoch.
    //
    // Field      | written by          | read by            | mode
    // epoch      | begin()             | readers, snapshot  | getAndAdd / plain + fence, volatile
    // completed  | complete()          | everyone           | volatile maximum

    private final ReaderSlot epoch;
    private final ReaderRegistry registry;
    private final Runnable heavyBarrier;
    private final NanoClock clock;
    private final long stallTimeoutNs;
    private final AtomicLong completed = new AtomicLong();
    private final LongAdder count = new LongAdder();
    private final LongAdder expeditedCount = new LongAdder();
    private final ReentrantLock turn = new ReentrantLock();
    private final ReentrantLock expeditedTurn = new ReentrantLock();

    /** @param heavyBarrier {@link #barrierOf} the domain's ordering; may throw, and nothing is claimed then */
    GracePeriods(
            ReaderSlot epoch, ReaderRegistry registry, Runnable heavyBarrier, NanoClock clock, long stallTimeoutNs) {
        this.epoch = epoch;
        this.registry = registry;
        this.heavyBarrier = heavyBarrier;
        this.clock = clock;
        this.stallTimeoutNs = stallTimeoutNs;
    }

    /** A cookie for what the caller has done so far. */
    long snapshot() {
        VarHandle.fullFence(); // the caller's unpublishing comes before the read of the epoch (G1)
        return epoch.get() + 1;
    }

    boolean isCompleted(long cookie) {
        if (completed.get() < cookie) {
            return false;
        }
        VarHandle.fullFence(); // synchronize_rcu() is a full barrier on return, also for those that share or poll
        return true;
    }

    /** Waits until {@link #isCompleted}, running a grace period of its own if no other one serves. */
    void await(long cookie, boolean expedited) {
        ReentrantLock sharing = expedited ? expeditedTurn : turn;
        sharing.lock();
        try {
            if (isCompleted(cookie)) {
                return;
            }
            GracePeriod period = begin();
            Uninterruptibly.until(period::poll, idle(expedited));
            if (expedited) {
                expeditedCount.increment();
            }
        } finally {
            sharing.unlock();
        }
    }

    /** How a waiter idles: backing off into sleep, or only yielding when it is in a hurry. */
    static IdleStrategy idle(boolean expedited) {
        return expedited ? YieldingIdleStrategy.INSTANCE : new BackoffIdleStrategy();
    }

    /** As {@link #await}, up to a time, and shared with nobody; false if the time passed. */
    boolean awaitWithin(long cookie, long timeoutNs) {
        return isCompleted(cookie) || Uninterruptibly.within(timeoutNs, begin()::poll);
    }

    /** Starts a grace period; the caller polls it to its end. */
    GracePeriod begin() {
        long target = epoch.incrementAndGet();
        updaterBarrier();
        return new GracePeriod(this, registry, target, clock, stallTimeoutNs);
    }

    /** The heavy side of the pair whose light side is {@code RcuReader.lock} (I2) or {@code RcuCallbacks.wake}. */
    void updaterBarrier() {
        heavyBarrier.run();
    }

    /** What runs on every processor before an updater looks at the readers. */
    static Runnable barrierOf(RcuOrdering ordering) {
        return ordering == RcuOrdering.MEMBARRIER
                ? Membarrier.instance()::issue // pairs with the light sides' acquireFence
                : VarHandle::fullFence; // pairs with their fullFence
    }

    void complete(long target) {
        assert target <= epoch.get() : "grace period " + target + " ended before it began";
        count.increment(); // first: a thread that sees the grace period ended finds it counted
        completed.accumulateAndGet(target, Math::max);
        registry.sweep();
    }

    long count() {
        return count.sum();
    }

    long expeditedCount() {
        return expeditedCount.sum();
    }
}
