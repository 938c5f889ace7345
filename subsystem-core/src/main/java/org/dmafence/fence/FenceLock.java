package org.dmafence.fence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.dmafence.concurrent.Uninterruptibly;
import org.dmafence.lockdep.LockClass;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * An external lock: one that several fences of a timeline share so that they signal in order. Kernel counterpart: the
 * {@code extern_lock} pointer of {@code dma_fence_init()}.
 *
 * <p>Discouraged, as in the kernel: fences need no lock of their own, and this one ties them to its owner. Drivers
 * recover their context from the lock's address there ({@code container_of}); here {@link #owner()} is that context,
 * and it keeps the owner's class loader alive for as long as any fence of the timeline exists, signalled or not.
 * Unloading a module by force severs it.
 *
 * <p>This is a blocking lock, never a spin lock: a preempted holder costs its followers a park, not their time slice.
 * What callbacks of fences that are signalled under it put off, as those of containers do, runs when the thread gives
 * up the last of the fence locks it holds: none of it can wait for somebody who waits for the lock.
 */
public final class FenceLock {
    /*
     * Overview. Signallers wait for the lock, but not for ever for one and the same holder. `passes` counts how often
     * the lock was given up, so it tells one holder from the next, however busy the lock is.
     *
     * L1  `passes` is changed only by the holder of the lock, before giving it up: while it stays the same so does the
     *     holder.
     * L2  A wait gives up only if one holder has kept the lock for the whole time that the waiter allows, counted from
     *     when anybody first noticed this holder: many fences with one hung holder cost one wait.
     *
     *   field    written by     read by    mode                  pairs with
     *   passes   the holder     waiters    plain under the lock  opaque; a stale value costs one more turn
     *   noticed  waiters        waiters    volatile              itself; of two that race either will do
     */
    private final ReentrantLock lock;
    private volatile @Nullable Object owner;

    private long passes;

    private volatile @Nullable Noticed noticed;

    /** A holder that somebody had to wait for, and since when by {@link System#nanoTime}. */
    private record Noticed(long pass, long sinceNs) {}

    private FenceLock(@Nullable Object owner) {
        lock = Lockdep.ON ? classOf(owner).newLock() : new ReentrantLock();
        this.owner = owner;
    }

    private static LockClass classOf(@Nullable Object owner) {
        return LockClass.spin(
                owner == null
                        ? "shared fence lock"
                        : "fence lock of " + owner.getClass().getName());
    }

    /** A lock that belongs to nobody: it ties its fences to each other, not to an issuer. */
    public static FenceLock shared() {
        return new FenceLock(null);
    }

    /** A lock inside an issuer's object, such as a ring or a channel context. */
    public static FenceLock ownedBy(Object owner) {
        return new FenceLock(java.util.Objects.requireNonNull(owner, "owner"));
    }

    /** Acquires the lock; nestable. */
    public void lock() {
        Signaler signaler = Signaler.current();
        lock.lock();
        signaler.beginLocked();
    }

    /**
     * Releases the lock, and runs what waited for that.
     *
     * @throws IllegalMonitorStateException if the calling thread does not hold it
     */
    public void unlock() {
        unlockTried();
        Signaler signaler = Signaler.current();
        signaler.endLocked();
        signaler.runDeferred();
    }

    /** Releases the lock after {@link #tryLock}. */
    void unlockTried() {
        if (lock.isHeldByCurrentThread()) {
            PASSES.setOpaque(this, passes + 1); // L1
        }
        lock.unlock();
    }

    /** Whether the calling thread holds the lock. */
    public boolean isHeld() {
        return lock.isHeldByCurrentThread();
    }

    /** The issuer's object that the lock lies in, {@code null} if there is none or it was severed. */
    public @Nullable Object owner() {
        return owner;
    }

    /** Forgets the owner, so that fences that still use the lock no longer keep it alive. */
    void sever() {
        owner = null;
    }

    /** Acquires the lock unless its holder hangs: has kept it for longer than that. */
    boolean tryLock(long patienceNs) {
        if (!Lockdep.ON && lock.tryLock()) { // to the checker this is a wait, though none that lasts for ever
            return true;
        }
        for (; ; ) {
            Noticed holder = noticed();
            long leftNs = patienceNs - (System.nanoTime() - holder.sinceNs);
            if (leftNs <= 0) {
                if (lock.tryLock()) {
                    return true;
                }
                if ((long) PASSES.getOpaque(this) == holder.pass) {
                    return false; // L2: it is the same holder all the while
                }
            } else if (Uninterruptibly.attempt(leftNs, forNs -> lock.tryLock(forNs, TimeUnit.NANOSECONDS))) {
                return true;
            }
        }
    }

    private Noticed noticed() {
        long pass = (long) PASSES.getOpaque(this);
        Noticed known = noticed;
        if (known == null || known.pass != pass) {
            known = new Noticed(pass, System.nanoTime());
            noticed = known;
        }
        return known;
    }

    private static final VarHandle PASSES;

    static {
        try {
            PASSES = MethodHandles.lookup().findVarHandle(FenceLock.class, "passes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
