package org.dmafence.actors.inbox;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells when all inboxes of a subsystem are worked off, without a message: each counts what was added and what was processed,
 * consequences included.
 */
public final class Quiescence {
    /*
     * If the sum of `processed`, read first, equals the sum of `added`, read afterwards, nothing was under way when the
     * first sum was read: both only grow, and no processed item had an unprocessed consequence. A poke is no item; an inbox
     * that is busy with one is not idle.
     *
     * A waiter enters itself before it looks; an actor goes idle before it looks for waiters. One of them sees the other.
     */
    private static final int SPINS = 200;

    private final List<Inbox<?>> inboxes = new CopyOnWriteArrayList<>();
    private final Set<Thread> waiters = ConcurrentHashMap.newKeySet();

    void add(Inbox<?> inbox) {
        inboxes.add(inbox);
    }

    void remove(Inbox<?> inbox) {
        inboxes.remove(inbox);
        wake();
    }

    public boolean isQuiescent() {
        long balance = 0;
        for (Inbox<?> inbox : inboxes) {
            if (!inbox.isIdle()) {
                return false;
            }
            balance -= inbox.processed();
        }
        for (Inbox<?> inbox : inboxes) {
            balance += inbox.added();
        }
        return balance == 0;
    }

    /** On an actor that has gone idle. */
    void onIdle() {
        if (!waiters.isEmpty() && isQuiescent()) {
            wake();
        }
    }

    private void wake() {
        waiters.forEach(LockSupport::unpark);
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
                LockSupport.parkNanos(this, leftNs);
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
