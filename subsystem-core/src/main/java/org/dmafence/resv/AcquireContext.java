package org.dmafence.resv;

import org.dmafence.fence.Parking;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * One thread's attempt to hold several locks of a {@link WwClass} at once. Kernel counterpart: {@code struct
 * ww_acquire_ctx}.
 *
 * <pre>{@code
 * try (AcquireContext context = AcquireContext.begin(ReservationObject.LOCKS)) {
 *     WwMutex contended = null;
 *     for (boolean all = false; !all; ) {
 *         if (contended != null) { contended.lockSlow(context); }
 *         lock the others: on DEADLOCK note the contended one, unlock all, and begin again
 *     }
 *     context.done();
 *     ...
 *     unlock all
 * }
 * }</pre>
 *
 * <p>The earlier a context was made the more right it has, so make it once and keep it while backing off. It is for the
 * thread that made it.
 */
public final class AcquireContext implements AutoCloseable {
    private final WwClass wwClass;
    private final Thread thread = Thread.currentThread();
    private final long stamp;

    /**
     * How many locks are held; written by the thread, read by others only in the monitor of a lock that it waits for.
     */
    private int held;

    private boolean done;
    private boolean closed;

    /**
     * Set in the monitor of a lock that this context holds, by an older one; reset by the thread when it holds nothing.
     */
    private volatile boolean wounded;

    /**
     * What the thread sleeps by while it may. Written before {@code wounded} is read, and read after that was written.
     */
    private volatile @Nullable Parking sleepsBy;

    private AcquireContext(WwClass wwClass) {
        this.wwClass = wwClass;
        stamp = wwClass.nextStamp();
    }

    /** A context younger than all that were made before. Kernel counterpart: {@code ww_acquire_init()}. */
    public static AcquireContext begin(WwClass wwClass) {
        wwClass.contexts().acquire();
        return new AcquireContext(wwClass);
    }

    /** Says that no more locks will be taken. Kernel counterpart: {@code ww_acquire_done()}. */
    public void done() {
        requireOwn("done");
        done = true;
    }

    /** How many locks it holds. For its own thread. */
    public int held() {
        return held;
    }

    /**
     * Whether an older context waits for something that this one holds: the next wait will be answered with a back-off.
     */
    public boolean isWounded() {
        return wounded;
    }

    /**
     * Ends the context. Kernel counterpart: {@code ww_acquire_fini()}.
     *
     * @throws ResvUsageException if it still holds locks; it then goes on, and may be closed once they are unlocked
     */
    @Override
    public void close() {
        requireOwn("close");
        if (held > 0) {
            throw new ResvUsageException(this + " was closed holding " + held + " locks; unlock them first");
        }
        if (Lockdep.ON && !closed) {
            wwClass.contexts().release();
        }
        closed = true;
    }

    // ---- for the locks ---------------------------------------------------------------------------------------------

    Thread thread() {
        return thread;
    }

    /** Checks that the calling thread may lock something of a class with this. */
    void requireUsable(WwMutex mutex) {
        requireOwn("locking " + mutex);
        if (closed) {
            throw new ResvUsageException(this + " was used after it was closed; begin another");
        }
        if (mutex.wwClass() != wwClass) {
            throw new ResvUsageException(this + " was used to lock " + mutex + " of another class; begin one for that");
        }
    }

    void requireNotDone() {
        if (done) {
            throw new ResvUsageException(this + " was used to lock after done(); lock all that is needed before");
        }
    }

    /** A context that holds nothing cannot be wounded: what wounded it got what it wanted. */
    void heal() {
        if (held == 0 && wounded) {
            wounded = false;
        }
    }

    void locked() {
        held++;
    }

    void unlocked() {
        held--;
    }

    boolean isWaitDie() {
        return wwClass.isWaitDie();
    }

    /** Whether this one was made after the other. Stamps may wrap. */
    boolean isYoungerThan(AcquireContext other) {
        return stamp - other.stamp > 0;
    }

    /** Tells this context to back off, and wakes it if it sleeps for a lock. */
    void wound() {
        wounded = true;
        Parking by = sleepsBy; // either this finds the sleeper, or the sleeper finds the wound
        if (by != null) {
            by.unpark(thread);
        }
    }

    /** Says by what the thread is about to sleep; {@code null} when it is up again. */
    void sleepsBy(@Nullable Parking parking) {
        sleepsBy = parking;
    }

    private void requireOwn(String call) {
        if (Thread.currentThread() != thread) {
            throw new ResvUsageException(call + " with " + this + " on thread "
                    + Thread.currentThread().getName() + "; a context is for the thread that made it");
        }
    }

    @Override
    public String toString() {
        return "acquire context " + stamp + " of " + wwClass + " (thread " + thread.getName() + ")";
    }
}
