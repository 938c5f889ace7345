package org.dmafence.sync;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.dmafence.concurrent.Shortage;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.lockdep.LockClass;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.jspecify.annotations.Nullable;

/** What is in a {@link SyncObj}, who waits for it, and how the one is replaced and the others are told. */
abstract sealed class SyncObjState permits SyncObj {
    /*
     * Overview. `payload` is the fence or the latest link of a chain, and owns a reference to it. Readers follow it in
     * a read section and take a reference of their own; updaters swap it under the lock.
     *
     * I1  Swapping the payload and copying the list of waiters are one critical section: each payload is offered to all
     *     who waited when it came.
     * I2  A waiter enters the list first and looks at the payload second. So either it finds a payload, or the one who
     *     brings it finds the waiter; if both, the waiter takes the first that is offered.
     * I3  The lock is held for a few stores. Looking for points polls drivers, and releasing a fence may call its
     *     issuer, so both happen outside; the reference taken before a payload is shown around keeps it there.
     * I4  A link is made on the payload that it replaces: it is put in place only if that payload is still there, and
     *     made anew otherwise.
     * I5  Nothing is put in once the last reference is gone, which is looked at in the same critical section; so
     *     whatever was put in before, the last release takes out.
     * I6  Whatever may fail comes before the swap, and nobody who is told of a payload can keep the others from being
     *     told.
     *
     *   field     written by         read by               mode                       pairs with
     *   payload   updaters, locked   readers in a section  RcuReference.replace       RcuReference.dereference
     *   waiters   all, locked        all, locked           plain
     */

    /**
     * So many references are not counted any more, and the object stays. Kernel counterpart: {@code
     * REFCOUNT_SATURATED}.
     */
    private static final int SATURATED = Integer.MAX_VALUE;

    private static final SyncObjWaiter[] NOBODY = {};
    private static final LockClass LOCKS = LockClass.spin("syncobj_lock");

    final FenceRuntime runtime;
    final ErrorPolicy policy;
    private final RcuReference<DmaFence> payload;
    private final ReentrantLock lock = LOCKS.newLock();
    private final Set<SyncObjWaiter> waiters = new LinkedHashSet<>();
    private final AtomicInteger references = new AtomicInteger(1);

    SyncObjState(FenceRuntime runtime, ErrorPolicy policy) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.policy = Objects.requireNonNull(policy, "policy");
        payload = new RcuReference<>(runtime.rcu(), null);
    }

    /** Takes a reference; false if the last one is gone. */
    final boolean tryRetain() {
        return references.getAndUpdate(held -> held <= 0 || held == SATURATED ? held : held + 1) > 0;
    }

    /** Drops a reference, and what is in the object with the last one; false if there was none. */
    final boolean drop() {
        int held = references.getAndUpdate(had -> had <= 0 || had == SATURATED ? had : had - 1);
        if (held == 1) {
            free();
        }
        return held > 0;
    }

    private void free() {
        SyncObjWaiter[] abandoned = Shortage.outlast(this::takeWaiters); // nobody releases a second time
        put(null);
        for (SyncObjWaiter waiter : abandoned) {
            waiter.onFreed();
        }
    }

    private SyncObjWaiter[] takeWaiters() {
        lock.lock();
        try {
            SyncObjWaiter[] taken = waiters.toArray(NOBODY);
            waiters.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** The payload, with a new reference. */
    final @Nullable DmaFence retainPayload() {
        RcuReader reader = runtime.rcu().reader();
        long section = reader.lock();
        try {
            return DmaFence.retainFrom(payload);
        } finally {
            reader.unlock(section);
        }
    }

    /** I5: what is put into a freed object would stay there. */
    private void checkHeld() {
        if (references.get() <= 0) {
            throw new IllegalStateException(this + " was used after its last release");
        }
    }

    /** Replaces the payload, taking over the reference, even on the way out of a throw. */
    final void put(@Nullable DmaFence next) {
        DmaFence leaving = next;
        try {
            SyncObjWaiter[] seen = NOBODY;
            lock.lock();
            try {
                if (next != null) {
                    checkHeld();
                }
                if (next != payload.dereferenceProtected()) {
                    seen = toNotify(next);
                }
                leaving = payload.replace(next);
            } finally {
                lock.unlock();
            }
            notifyOf(next, seen);
        } finally {
            SyncObjPoints.release(leaving);
        }
    }

    /** As {@link #put}, unless the payload is not the expected one any more; the reference is taken over if true. */
    final boolean putAfter(@Nullable DmaFence expected, DmaFence next) {
        SyncObjWaiter[] seen;
        lock.lock();
        try {
            checkHeld();
            if (payload.dereferenceProtected() != expected) { // I4
                return false;
            }
            seen = toNotify(next);
            payload.assign(next);
        } finally {
            lock.unlock();
        }
        notifyOf(next, seen);
        SyncObjPoints.release(expected); // the payload's reference
        return true;
    }

    /** I1: who is to see a payload; if somebody is, with a reference to it. */
    private SyncObjWaiter[] toNotify(@Nullable DmaFence next) {
        if (next == null || waiters.isEmpty()) {
            return NOBODY;
        }
        SyncObjWaiter[] all = waiters.toArray(NOBODY);
        next.retain();
        return all;
    }

    /** I6 */
    private void notifyOf(@Nullable DmaFence next, SyncObjWaiter[] seen) {
        if (next != null && seen.length > 0) {
            for (SyncObjWaiter waiter : seen) {
                try {
                    offer(next, waiter);
                } catch (Throwable e) {
                    runtime.report(
                            FenceReporter.Kind.OP_FAILED, "telling of a new fence failed; the others are told", e);
                }
            }
            next.release();
        }
    }

    private void offer(DmaFence head, SyncObjWaiter waiter) {
        if (waiter.isWaiting()) {
            DmaFence found = SyncObjPoints.find(head, waiter.at.point(), policy);
            if (found != null) {
                remove(waiter);
                if (!waiter.accept(found)) {
                    found.release();
                }
            }
        }
    }

    /** Has a waiter get the fence of its point, now or later; one that comes after the last release is told so. */
    final void add(SyncObjWaiter waiter) {
        boolean freed;
        lock.lock();
        try {
            freed = references.get() <= 0; // if not, release() will find the waiter
            if (!freed) {
                waiters.add(waiter);
            }
        } finally {
            lock.unlock();
        }
        if (freed) {
            waiter.onFreed();
            return;
        }
        DmaFence head = retainPayload(); // I2
        if (head != null) {
            try {
                offer(head, waiter);
            } finally {
                head.release();
            }
        }
    }

    final void remove(SyncObjWaiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }

    /** For diagnosis. */
    final @Nullable DmaFence payloadRacy() {
        return payload.access();
    }
}
