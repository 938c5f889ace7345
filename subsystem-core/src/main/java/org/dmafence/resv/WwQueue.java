package org.dmafence.resv;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.Parking;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a {@link WwMutex}, in what order, and who of them has to back off. Guarded by its own monitor, which
 * its lock takes. Kernel counterpart: {@code __ww_mutex_add_waiter()} and {@code __ww_mutex_check_kill()}.
 */
final class WwQueue {
    /*
     * I2  Those with contexts stand in order of age, oldest first; those without stay where they came between.
     * I3  Wait-die: of those that hold other locks only the oldest stays, and only while the holder is not older. The
     *     others have an older one before them: they never queue, or are woken to find that out. So a holder that
     *     waits, waits for a younger holder.
     * I4  Wound-wait: a holder that is younger than a waiter that holds other locks is wounded, and will not wait
     *     itself. So a holder that goes on waiting, waits for an older holder. The lock is handed to the oldest, so it
     *     is enough to look when somebody queues.
     */
    private final Parking parking;
    private final List<Waiter> waiters = new ArrayList<>(0);

    /** A thread in the queue. */
    static final class Waiter {
        final Thread thread = Thread.currentThread();
        final @Nullable AcquireContext context;

        /** Whether it was handed the lock, and is not in the queue any more. */
        boolean granted;

        Waiter(@Nullable AcquireContext context) {
            this.context = context;
        }

        Object asHolder() {
            return context == null ? thread : context;
        }
    }

    WwQueue(Parking parking) {
        this.parking = parking;
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    /** Puts a waiter in its place; false if it has to back off from an older one that waits. */
    boolean add(Waiter waiter, Object holder) {
        AcquireContext context = waiter.context;
        if (context == null) {
            waiters.add(waiter);
            return true;
        }
        int place = waiters.size();
        for (int i = waiters.size() - 1; i >= 0; i--) {
            AcquireContext other = waiters.get(i).context;
            if (other == null) {
                continue;
            }
            if (context.isYoungerThan(other)) {
                if (context.isWaitDie() && context.held() > 0) {
                    return false; // I3
                }
                break;
            }
            place = i;
            if (context.isWaitDie() && other.held() > 0) {
                parking.unpark(waiters.get(i).thread); // I3
            }
        }
        waiters.add(place, waiter);
        if (!context.isWaitDie()
                && context.held() > 0
                && holder instanceof AcquireContext younger
                && younger.isYoungerThan(context)) {
            younger.wound(); // I4
        }
        return true;
    }

    /** Whether a waiter in the queue has to leave it. */
    boolean mustBackOff(Waiter waiter, Object holder) {
        AcquireContext context = waiter.context;
        if (context == null || context.held() == 0) {
            return false;
        }
        if (!context.isWaitDie()) {
            return context.isWounded();
        }
        if (holder instanceof AcquireContext other && context.isYoungerThan(other)) {
            return true;
        }
        for (Waiter before : waiters) {
            if (before == waiter) {
                return false;
            }
            if (before.context != null) {
                return true;
            }
        }
        return false;
    }

    void remove(Waiter waiter) {
        waiters.remove(waiter);
    }

    Waiter removeFirst() {
        return waiters.remove(0);
    }
}
