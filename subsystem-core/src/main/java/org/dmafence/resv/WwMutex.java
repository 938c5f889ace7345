package org.dmafence.resv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.dmafence.fence.Parking;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.resv.WwQueue.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * A lock of which a thread may take several, in any order, without deadlock: with an {@link AcquireContext} it is told
 * to back off where waiting could close a circle. Kernel counterpart: {@code struct ww_mutex}.
 *
 * <p>Without a context it is an ordinary lock, not reentrant. A context that holds nothing is never told to back off.
 * Waiters with contexts are served oldest first, those without in the order they came; nobody overtakes. Unlocking is
 * for the thread that locked.
 *
 * <p><b>Progress.</b> Blocking; free of waiting, and of allocation, while nobody else wants the lock.
 *
 * <p><b>Memory consistency effects.</b> What a holder did <i>happens-before</i> whatever the next holder does.
 */
public final class WwMutex {
    /*
     * Overview. One word says who holds the lock and whether anybody waits:
     *
     *   null              nobody holds it, nobody waits
     *   a holder          an AcquireContext, or a Thread that locked without one; nobody waits
     *   Contended(holder) somebody holds it and `waiters` is not empty
     *
     *   null -> holder, by the one that locks; holder -> null, by the holder; holder -> Contended(holder), by one that
     *   is to wait, in the monitor; Contended -> Contended or holder, in the monitor: unlocking hands over to the first
     *   waiter, and a waiter that gives up may be the last.
     *
     * I1  While somebody waits, somebody holds the lock: it is handed over and never free in between. So nobody steals
     *     it, and what a waiter was checked against when it queued changes only by being handed over, or by others
     *     queueing.
     * I2  The queue keeps I2 to I4 of its own, by which of two contexts that hold something only ever one kind, the
     *     younger or the older, goes on waiting for the other. So no circle of them lasts.
     *
     * The kernel publishes the owner first and its context after, and has to look at the waiters again in between. Here
     * the holder is the context, so both appear at once.
     *
     *   field     written by                   read by    mode
     *   state     see above                    all        CAS, setRelease in the monitor / getAcquire
     *   waiters   holder of its monitor        the same   plain
     *
     * Nobody sleeps in the monitor, and no foreign code runs there.
     */

    private final WwClass wwClass;
    private final Parking parking;
    private final WwQueue waiters;
    private @Nullable Object state;

    private record Contended(Object holder) {}

    /** A lock that nobody holds. */
    public WwMutex(WwClass wwClass, Parking parking) {
        this.wwClass = wwClass;
        this.parking = parking;
        waiters = new WwQueue(parking);
    }

    /** The class of locks that it can be taken together with. */
    public WwClass wwClass() {
        return wwClass;
    }

    // ---- locking ---------------------------------------------------------------------------------------------------

    /**
     * Locks without a context, going on through interrupts; the interrupt status survives.
     *
     * @throws ResvUsageException if the calling thread holds it already
     */
    public void lock() {
        acquire(null, false);
    }

    /**
     * Locks, or says to back off; going on through interrupts. Kernel counterpart: {@code ww_mutex_lock()}.
     *
     * @param context {@code null} to lock as {@link #lock()} does
     */
    public LockResult lock(@Nullable AcquireContext context) {
        return acquire(context, false).result();
    }

    /** Locks without a context unless the thread is interrupted while it has to wait. */
    public void lockInterruptibly() throws InterruptedException {
        lockInterruptibly(null);
    }

    /**
     * As {@link #lock(AcquireContext)}, unless the thread is interrupted while it has to wait. Kernel counterpart:
     * {@code ww_mutex_lock_interruptible()}, which answers {@code -EINTR}.
     */
    public LockResult lockInterruptibly(@Nullable AcquireContext context) throws InterruptedException {
        Outcome outcome = acquire(context, true);
        if (outcome == Outcome.INTERRUPTED) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while waiting for " + this);
        }
        return outcome.result();
    }

    /**
     * Locks what a context has to back off from, first thing after it unlocked everything: waits as long as it takes.
     * Kernel counterpart: {@code ww_mutex_lock_slow()}.
     *
     * @throws ResvUsageException if the context still holds locks
     */
    public void lockSlow(AcquireContext context) {
        requireNothingHeld(context);
        acquire(context, false);
    }

    /** As {@link #lockSlow}, unless the thread is interrupted while it has to wait. */
    public void lockSlowInterruptibly(AcquireContext context) throws InterruptedException {
        requireNothingHeld(context);
        lockInterruptibly(context);
    }

    /** Locks if nobody holds it, without a context. */
    public boolean tryLock() {
        return tryLock(null);
    }

    /**
     * Locks if nobody holds it; false does not ask the context to back off. Kernel counterpart: {@code
     * ww_mutex_trylock()}.
     */
    public boolean tryLock(@Nullable AcquireContext context) {
        if (context == null) {
            boolean locked = casState(null, Thread.currentThread());
            if (Lockdep.ON && locked) {
                wwClass.locks().tryAcquired();
            }
            return locked;
        }
        context.requireUsable(this);
        context.requireNotDone();
        context.heal();
        if (!casState(null, context)) {
            return false;
        }
        context.locked();
        wwClass.locks().tryAcquired();
        return true;
    }

    /**
     * Unlocks, and hands the lock to the first waiter.
     *
     * @throws ResvUsageException if the calling thread does not hold it
     */
    public void unlock() {
        Object seen = stateAcquire();
        Object holder = holderIn(seen);
        if (holder == null || threadOf(holder) != Thread.currentThread()) {
            throw new ResvUsageException("unlock of " + this + " by thread "
                    + Thread.currentThread().getName() + ", which does not hold it; unlock where you locked");
        }
        if (holder instanceof AcquireContext context) {
            context.unlocked();
        }
        wwClass.locks().release();
        if (seen instanceof Contended || !casState(holder, null)) { // releases to the next CAS
            handOver();
        }
    }

    /** Whether anybody holds it. A guess about others, exact about the calling thread's own holding. */
    public boolean isLocked() {
        return stateAcquire() != null;
    }

    /** Whether the calling thread holds it, with whatever context or without. */
    public boolean isHeldByCurrentThread() {
        Object holder = holderIn(stateAcquire());
        return holder != null && threadOf(holder) == Thread.currentThread();
    }

    /**
     * The context that holds it; {@code null} if nobody does, or does without. Kernel: {@code dma_resv_locking_ctx()}.
     */
    public @Nullable AcquireContext holdingContext() {
        return holderIn(stateAcquire()) instanceof AcquireContext context ? context : null;
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    private enum Outcome {
        LOCKED,
        ALREADY,
        DEADLOCK,
        INTERRUPTED;

        LockResult result() {
            return this == LOCKED ? LockResult.LOCKED : this == ALREADY ? LockResult.ALREADY : LockResult.DEADLOCK;
        }
    }

    private Outcome acquire(@Nullable AcquireContext context, boolean interruptible) {
        Object holder = Thread.currentThread();
        if (context != null) {
            context.requireUsable(this);
            if (holderIn(stateAcquire()) == context) {
                return Outcome.ALREADY;
            }
            context.requireNotDone();
            context.heal();
            holder = context;
        }
        if (!Lockdep.ON) {
            return acquire(context, holder, interruptible);
        }
        if (context == null) {
            wwClass.locks().acquire();
        } else {
            wwClass.locks().acquireWithin(wwClass.contexts());
        }
        Outcome outcome = null;
        try {
            outcome = acquire(context, holder, interruptible);
            return outcome;
        } finally {
            if (outcome != Outcome.LOCKED) {
                wwClass.locks().release();
            }
        }
    }

    private Outcome acquire(@Nullable AcquireContext context, Object holder, boolean interruptible) {
        Outcome outcome = Outcome.LOCKED;
        if (!casState(null, holder)) {
            outcome = await(new Waiter(context), interruptible);
        }
        if (context != null && outcome == Outcome.LOCKED) {
            context.locked();
        }
        return outcome;
    }

    private Outcome await(Waiter waiter, boolean interruptible) {
        AcquireContext context = waiter.context;
        synchronized (waiters) {
            if (!contend(waiter)) {
                return Outcome.LOCKED; // it was unlocked meanwhile
            }
            if (!waiters.add(waiter, currentHolder())) {
                return Outcome.DEADLOCK; // there is an older one, so the state is right
            }
        }
        boolean interrupted = false;
        Outcome outcome = null;
        try {
            if (context != null) {
                context.sleepsBy(parking);
            }
            for (outcome = outcome(waiter, interruptible); outcome == null; outcome = outcome(waiter, interruptible)) {
                parking.park(this);
                if (!interruptible) {
                    // Parking does not block with the status set: keep it aside until the lock is ours.
                    interrupted |= Thread.interrupted();
                }
            }
            return outcome;
        } finally {
            if (outcome == null) {
                abandon(waiter);
            }
            if (context != null) {
                context.sleepsBy(null);
            }
            if (interrupted) {
                waiter.thread.interrupt();
            }
        }
    }

    /**
     * How the waiting ended, if it has: as in the kernel the lock counts before an interrupt, and that before a
     * back-off.
     */
    private @Nullable Outcome outcome(Waiter waiter, boolean interruptible) {
        synchronized (waiters) {
            if (waiter.granted) {
                return Outcome.LOCKED;
            }
            Outcome outcome = null;
            if (interruptible && waiter.thread.isInterrupted()) {
                outcome = Outcome.INTERRUPTED;
            } else if (waiters.mustBackOff(waiter, currentHolder())) {
                outcome = Outcome.DEADLOCK;
            } else if (threadOf(currentHolder()) == waiter.thread) {
                throw new ResvUsageException(this + " is held by thread " + waiter.thread.getName()
                        + ", which would wait for itself for ever; it is not reentrant");
            }
            if (outcome != null) {
                removeWaiter(waiter);
            }
            return outcome;
        }
    }

    /** Gives up on the way out of a throw, the lock too if it was handed over meanwhile. */
    private void abandon(Waiter waiter) {
        synchronized (waiters) {
            if (!waiter.granted) {
                removeWaiter(waiter);
                return;
            }
        }
        handOver();
    }

    private void requireNothingHeld(AcquireContext context) {
        if (context.held() > 0) {
            throw new ResvUsageException("slow lock of " + this + " by " + context + ", which still holds "
                    + context.held() + " locks; unlock all of them before");
        }
    }

    // ---- the word and the queue, in the monitor --------------------------------------------------------------------

    /** Makes the state say that somebody waits; false if the lock was free and is the waiter's now. */
    private boolean contend(Waiter waiter) {
        for (; ; ) {
            Object seen = stateAcquire();
            if (seen == null) {
                if (casState(null, waiter.asHolder())) {
                    return false;
                }
            } else if (seen instanceof Contended || casState(seen, new Contended(seen))) {
                return true;
            }
        }
    }

    private void removeWaiter(Waiter waiter) {
        waiters.remove(waiter);
        if (waiters.isEmpty()) {
            setStateRelease(currentHolder()); // pairs with the CAS of unlock
        }
    }

    private Object currentHolder() {
        return Objects.requireNonNull(holderIn(stateAcquire()), "I1: a holder while somebody waits");
    }

    /** Hands the lock to the first waiter. */
    private void handOver() {
        Waiter heir;
        synchronized (waiters) {
            if (waiters.isEmpty()) { // the last one left between the look and the monitor
                setStateRelease(null); // pairs with the CAS of the next holder
                return;
            }
            heir = waiters.removeFirst();
            Object holder = heir.asHolder();
            setStateRelease(waiters.isEmpty() ? holder : new Contended(holder)); // pairs with stateAcquire
            heir.granted = true;
        }
        parking.unpark(heir.thread);
    }

    // ---- the word --------------------------------------------------------------------------------------------------

    private static @Nullable Object holderIn(@Nullable Object state) {
        return state instanceof Contended contended ? contended.holder : state;
    }

    private static @Nullable Thread threadOf(Object holder) {
        if (holder instanceof AcquireContext context) {
            return context.thread();
        }
        return holder instanceof Thread thread ? thread : null;
    }

    private @Nullable Object stateAcquire() {
        return STATE.getAcquire(this); // pairs with casState and setStateRelease
    }

    private void setStateRelease(@Nullable Object next) {
        STATE.setRelease(this, next);
    }

    private boolean casState(@Nullable Object expected, @Nullable Object next) {
        return STATE.compareAndSet(this, expected, next);
    }

    @Override
    public String toString() {
        return "lock @" + Integer.toHexString(System.identityHashCode(this)) + " of " + wwClass;
    }

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(WwMutex.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
