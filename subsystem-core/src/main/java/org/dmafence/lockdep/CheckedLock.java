package org.dmafence.lockdep;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A lock that tells the checker of its outermost acquisitions. */
final class CheckedLock extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    private final transient LockClass lockClass;

    CheckedLock(LockClass lockClass) {
        this.lockClass = lockClass;
    }

    @Override
    public void lock() {
        if (begin()) {
            super.lock();
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (begin()) {
            boolean locked = false;
            try {
                super.lockInterruptibly();
                locked = true;
            } finally {
                end(locked);
            }
        }
    }

    @Override
    public boolean tryLock() {
        boolean outermost = !isHeldByCurrentThread();
        boolean locked = super.tryLock();
        if (locked && outermost) {
            HeldLocks.current().hold(lockClass, LockClass.Mode.EXCLUSIVE, true);
        }
        return locked;
    }

    /** A wait that ends by itself, but a wait: a thread that gives up too late has been in the deadlock. */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        if (!begin()) {
            return true;
        }
        boolean locked = false;
        try {
            locked = super.tryLock(timeout, unit);
            return locked;
        } finally {
            end(locked);
        }
    }

    @Override
    public void unlock() {
        super.unlock();
        if (!isHeldByCurrentThread()) {
            lockClass.release();
        }
    }

    /** False if the thread holds the lock and has it once more now. */
    private boolean begin() {
        if (isHeldByCurrentThread()) {
            super.lock();
            return false;
        }
        HeldLocks.current().acquire(lockClass, LockClass.Mode.EXCLUSIVE, null, true);
        return true;
    }

    private void end(boolean locked) {
        if (!locked) {
            lockClass.release();
        }
    }
}
