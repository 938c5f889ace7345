package org.dmafence.actors.inbox;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells when all inboxes of a subsystem are worked off, without a message, and without a look at each of them: it
 * counts how often one became busy and how often one was through with everything.
 */
public final class Quiescence {
    /*
     * Overview.
     *
     * I1  An inbox that is busy has been counted in `begun` and not in `over`. `begun` goes up before the state becomes
     *     RUNG, so nobody whose offer has returned finds the inbox uncounted; `over` goes up when all consequences of its items have been
     *     appended and rung for, which makes the next inbox busy before this one is not.
     * G1  If `over`, read first, equals `begun`, read afterwards, none was busy when the first was read:
     *     both only grow.
     * I2  Counting needs no memory, so it can't fail between an append and its doorbell.
     *
     * A waiter enters itself before it looks; an agent counts before it looks for waiters. One of them sees the other.
     */
    private static final int SPINS = 200;

    /** How long a waiter sleeps at most: the one that would wake it may have no memory to. */
    private static final long SLICE_NS = 100_000_000;

    /** Where the two counts are, each on cache lines of its own. */
    private static final int BEGUN = 16;

    private static final int OVER = 2 * BEGUN;
    private final AtomicLongArray counts = new AtomicLongArray(3 * BEGUN);
    private final Set<Thread> waiters = ConcurrentHashMap.newKeySet();

    public boolean isQuiescent() {
        long before = counts.get(OVER);
        return counts.get(BEGUN) == before;
    }

    /** An inbox is about to become busy; before it does (I1). */
    void onBusy() {
        counts.getAndIncrement(BEGUN);
    }

    /** It did not, because somebody else made it so; or it was busy and has nothing left to do. */
    void onIdle() {
        counts.getAndIncrement(OVER);
        if (!waiters.isEmpty() && isQuiescent()) {
            wake();
        }
    }

    private void wake() {
        try {
            waiters.forEach(LockSupport::unpark);
        } catch (OutOfMemoryError e) {
            // They look by themselves soon.
        }
    }

    /** Waits until everything is worked off; false if the time passed first. */
    public boolean await(long timeoutNs) throws InterruptedException {
        for (int i = 0; i < SPINS; i++) {
            if (isQuiescent()) {
                return true;
            }
            Thread.onSpinWait();
        }
        Thread self = Thread.currentThread();
        long startNs = System.nanoTime();
        waiters.add(self); // before isQuiescent; pairs with onIdle
        try {
            while (!isQuiescent()) {
                long leftNs = timeoutNs - (System.nanoTime() - startNs);
                if (leftNs <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.min(leftNs, SLICE_NS));
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while waiting for the fence subsystem to quiesce");
                }
            }
            return true;
        } finally {
            waiters.remove(self);
        }
    }
}
