package org.dmafence.fence;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.dmafence.lockdep.LockClass;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * An external lock: one that several fences of a timeline share so that they signal in order. Kernel counterpart: the
 * {@code extern_lock} pointer of {@code dma_fence_init()}.
 *
 * <p>Discouraged, as in the kernel: fences need no lock of their own, and this one ties them to its owner. Drivers recover
 * their context from the lock's address there ({@code container_of}); here {@link #owner()} is that context, and it keeps
 * the owner's class loader alive for as long as any fence of the timeline exists, signalled or not. Unloading a module
 * by force severs it.
 *
 * <p>This is a blocking lock, never a spin lock: a preempted holder costs its followers a park, not their time slice.
 */
public final class FenceLock {
    private final ReentrantLock lock;
    private volatile @Nullable Object owner;

    /** Whether the last one who waited gave up; whoever comes next then waits no more, until the lock was free once. */
    private volatile boolean stuck;

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
        lock.lock();
    }

    /** Releases the lock. */
    public void unlock() {
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

    /** Acquires the lock unless its owner hangs; so many fences behind one hung owner cost one time-out, not one each. */
    boolean tryLock(long timeoutNs) {
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    boolean acquired = stuck ? lock.tryLock() : lock.tryLock(timeoutNs, TimeUnit.NANOSECONDS);
                    stuck = !acquired;
                    return acquired;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
