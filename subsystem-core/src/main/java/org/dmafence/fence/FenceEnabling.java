package org.dmafence.fence;

import java.util.Objects;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.LeftWork.Postponed;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.rcu.RcuReader;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * How callbacks are added and removed, and how the driver is asked to see to the signal, which the first one takes. The
 * invariants I1 to I10 are those of {@link FenceState}.
 */
abstract sealed class FenceEnabling extends FenceSignaling permits FenceFreeing {
    FenceEnabling(FenceContext context, FenceOps ops, long seqno, int flags, @Nullable FenceCallback callback) {
        super(context, ops, seqno, flags, callback);
    }

    /** Links a callback last, or a waiter first, so that sleepers wake before other work is done. */
    final boolean add(FenceCallback callback, boolean first) {
        if (callback.next != null) {
            if (signaled()) {
                return false;
            }
            throw CallbackList.linkedAlready(toString());
        }
        int locked = lockEnabled();
        if (locked == 0) {
            return false;
        }
        if (isFreed(locked)) {
            throw new FenceFreedException(self(), "given a callback");
        }
        callbacks = first ? CallbackList.addFirst(callbacks, callback) : CallbackList.addLast(callbacks, callback);
        unlock(locked);
        return true;
    }

    /**
     * Whether the fence, locked and unsignalled, is freed; unlocks it then. Under the lock, so that either this finds
     * the last reference gone, or {@link FenceFreeing#releaseLast} finds what is added after it.
     */
    private boolean isFreed(int locked) {
        boolean freed = isGone(referencesOpaque());
        if (freed) {
            unlock(locked);
        }
        return freed;
    }

    final boolean remove(FenceCallback callback) {
        if (Lockdep.ON && callbacksAcquire() != Signaler.current().mark) {
            context.fenceClass().awaitCallbacks();
        }
        int s = stateAcquire();
        if ((s & TIMESTAMP) == 0) {
            s = lockBit();
            if ((s & TIMESTAMP) == 0) {
                boolean found = CallbackList.contains(callbacks, callback);
                if (found) {
                    callbacks = CallbackList.remove(Objects.requireNonNull(callbacks), callback);
                }
                unlock(s);
                return found;
            }
            unlock(s);
        }
        FenceCallback mark = callbacksAcquire(); // pairs with the release at the end of drain
        if (mark == null) {
            return false;
        }
        Signaler signaler = Signaler.current(context);
        if (mark == signaler.mark) {
            return signaler.removePending(self(), callback);
        }
        for (Backoff backoff = new Backoff(); callbacksAcquire() != null; ) {
            backoff.pause();
        }
        return false;
    }

    /** Takes a callback back without waiting for one that runs: the thread that runs it finishes it. */
    final boolean withdraw(FenceCallback callback) {
        int s = lockBit();
        boolean found = (s & TIMESTAMP) == 0 && CallbackList.contains(callbacks, callback);
        if (found) {
            callbacks = CallbackList.remove(Objects.requireNonNull(callbacks), callback);
        }
        unlock(s);
        return found;
    }

    /** Sets ENABLE_SIGNAL, asking the driver the first time; the bit is set even on a signalled fence. */
    final void ensureEnabled() {
        int locked = lockEnabled();
        if (locked == 0) {
            changeState(0, ENABLE_SIGNAL);
        } else if (isFreed(locked)) {
            throw new FenceFreedException(self(), "to be signalled");
        } else {
            unlock(locked);
        }
    }

    /** Calls the enable op, once per fence; false if the fence is signalled afterwards. */
    private boolean enable() {
        if (Lockdep.ON) {
            context.fenceClass().mayRunCallbacks();
        }
        RcuReader reader = context.runtime().reader();
        Signaler signaler = Signaler.current();
        try {
            return enable(reader, signaler);
        } finally {
            signaler.runDeferred();
        }
    }

    private boolean enable(RcuReader reader, Signaler signaler) {
        // Before the op is asked: nobody asks it again. What is reserved won't do, as what the op signals may use it
        // up.
        Postponed room = signaler.newRoom();
        FenceLock external = context.lock();
        boolean held = external != null && FenceCalls.lock(external, self());
        FenceCallback list;
        try {
            signaler.beginEnable(self());
            try {
                if (!beginEnabling()) {
                    return !signaled();
                }
                boolean enabled;
                try {
                    enabled = callEnable(reader);
                } catch (Throwable e) { // nobody asks the issuer a second time, so nobody else would signal the fence
                    enabled = FenceCalls.cannotEnable(self(), e);
                } finally {
                    changeState(ENABLING, 0);
                }
                if (enabled) {
                    return true;
                }
            } finally {
                signaler.endEnable();
            }
            long nowNs = FenceCalls.nowNs(context.runtime());
            int locked = lockForSignal(SIGNALED | FINISHING, 0, false, null);
            if (locked == 0) {
                return false;
            }
            list = finish(locked, nowNs, signaler);
        } finally {
            if (held) {
                Objects.requireNonNull(external).unlockTried();
            }
        }
        complete(list, signaler, room);
        return false;
    }

    /** Sets ENABLE_SIGNAL and ENABLING together; false if anybody was first or the fence has signalled. */
    private boolean beginEnabling() {
        int refused = SIGNALED | ENABLE_SIGNAL;
        return (changeUnless(refused, 0, ENABLE_SIGNAL | ENABLING) & refused) == 0;
    }

    private boolean callEnable(RcuReader reader) {
        long section = reader.lock();
        try {
            FenceOps attached = opsAcquire();
            if (attached == null || !attached.has(Op.ENABLE_SIGNALING)) {
                return true;
            }
            if (context.isTraced(FenceTracepoint.ENABLE_SIGNAL)) {
                FenceNames.traceDirect(self(), FenceTracepoint.ENABLE_SIGNAL);
            }
            return FenceCalls.enableSignaling(attached, self());
        } finally {
            reader.unlock(section);
        }
    }

    /** Sets LOCKED on an unsignalled fence whose signalling is enabled; 0 if it has signalled. */
    private int lockEnabled() {
        Backoff backoff = null;
        for (; ; ) {
            int s = stateAcquire();
            if ((s & (SIGNALED | LOCKED | ENABLING)) != 0) {
                if ((s & SIGNALED) != 0) {
                    return 0;
                }
                if ((s & LOCKED) != 0 || isHeldByEnabler(s, backoff)) {
                    backoff = Backoff.next(backoff);
                    continue;
                }
            }
            FenceOps attached = (s & ENABLE_SIGNAL) != 0 ? null : opsAcquire();
            if (attached != null && attached.isAskedToEnable()) {
                if (!enable()) {
                    return 0;
                }
                continue;
            }
            int locked = s | LOCKED | ENABLE_SIGNAL;
            if (casState(s, locked)) {
                return locked;
            }
        }
    }
}
