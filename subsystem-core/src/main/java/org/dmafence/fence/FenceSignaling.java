package org.dmafence.fence;

import java.util.Objects;
import org.dmafence.fence.LeftWork.Postponed;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/** How a fence is signalled, and how its callbacks run. The invariants I1 to I10 are those of {@link FenceState}. */
abstract sealed class FenceSignaling extends FenceState permits FenceEnabling {
    FenceSignaling(FenceContext context, FenceOps ops, long seqno, int flags, @Nullable FenceCallback callback) {
        super(context, ops, seqno, flags, callback);
    }

    /**
     * Signals; false if the fence had signalled. The external lock is taken here, or held by the caller.
     *
     * @param errno set together with SIGNALED, so that it is the winner's; 0 leaves the error as it is
     */
    final boolean signalAt(long atNs, int errno, boolean takeExternal) {
        return signalAt(atNs, errno, takeExternal, signalerIfPending());
    }

    /** As above, for a caller that may have this thread's signaler at hand. */
    final boolean signalAt(long atNs, int errno, boolean takeExternal, @Nullable Signaler prepared) {
        FenceLock external = takeExternal ? context.lock() : null;
        final boolean held = external != null && FenceCalls.lock(external, self());
        FenceCallback list;
        Postponed room;
        try {
            int locked = lockForSignal(SIGNALED | FINISHING, errno, true, prepared);
            if (locked == 0) {
                return false;
            }
            room = takeRoom(prepared);
            list = finish(locked, atNs, prepared);
        } finally {
            if (held) {
                Objects.requireNonNull(external).unlockTried();
            }
        }
        complete(list, prepared, room);
        return true;
    }

    final boolean markSignaled() {
        int locked = lockForSignal(SIGNALED, 0, false, null);
        if (locked == 0) {
            return false;
        }
        unlock(locked);
        return true;
    }

    /**
     * Does the rest for a fence that {@link #markSignaled} left; false if there is no rest, or somebody else does it.
     */
    final boolean finishSignaled(long atNs) {
        if (!signaled()) { // from here on no callback is added that this might not see
            return false;
        }
        Signaler signaler = signalerIfPending();
        if (signaler != null) {
            signaler.reservePostponed();
        }
        int locked = lockBit();
        if ((locked & (SIGNALED | FINISHING)) != SIGNALED) {
            unlock(locked);
            return false;
        }
        Postponed room = takeRoom(signaler);
        complete(finish(locked | FINISHING, atNs, signaler), signaler, room);
        return true;
    }

    /** What was reserved for this signal, with LOCKED held. */
    private @Nullable Postponed takeRoom(@Nullable Signaler prepared) {
        if (callbacks == null) {
            return null;
        }
        return (prepared == null ? Signaler.current(context) : prepared).takeReserved();
    }

    /** Moves the time at which the fence signalled, if it has. */
    final void moveTimestamp(long ns) {
        if ((stateAcquire() & TIMESTAMP) != 0) {
            timestampOpaque(ns);
        }
    }

    /**
     * The winner's work, with LOCKED held: trace while the ops are attached, detach, take the callbacks, stamp;
     * unlocks. Throws nothing: a fence that is half signalled would hang its waiters.
     *
     * @return the callbacks to run, the last of a circular list
     */
    final @Nullable FenceCallback finish(int locked, long atNs, @Nullable Signaler prepared) {
        int s = locked;
        if (context.isTraced(FenceTracepoint.SIGNALED)) {
            unlock(s); // I6: the tracepoint asks the driver for its names
            FenceNames.traceDirect(self(), FenceTracepoint.SIGNALED);
            s = lockBit();
        }
        FenceOps attached = ops;
        if (attached != null && attached.detachable()) {
            detachRelease();
        }
        FenceCallback list = callbacks;
        if (list != null) {
            callbacks = (prepared == null ? Signaler.current(context) : prepared).mark;
        }
        timestampNs = atNs;
        unlock(s | TIMESTAMP);
        return list;
    }

    /** What follows the lock: the ledger learns of it and the callbacks run, these whatever becomes of that. */
    final void complete(@Nullable FenceCallback list, @Nullable Signaler prepared, @Nullable Postponed room) {
        FenceLedger ledger = context.ledger();
        try {
            if (Lockdep.ON) {
                context.fenceClass().signaled();
            }
            if (ledger != null) {
                ledger.onSignaled(self(), list != null);
            }
        } finally {
            if (list != null) {
                Signaler signaler = prepared == null ? Signaler.current(context) : prepared;
                if (signaler.isTooDeep()) {
                    signaler.postpone(Objects.requireNonNull(room, "reserved before the signal"), self(), list);
                } else {
                    try {
                        drain(signaler, list);
                    } finally {
                        signaler.runLeft(); // other fences' callbacks, whatever became of these
                    }
                }
            }
        }
    }

    /** Runs the callbacks, outside any lock of the core. */
    final void drain(DrainStack signaler, @Nullable FenceCallback last) {
        signaler.beginDrain(self());
        try {
            if (Lockdep.ON) {
                context.fenceClass().beginCallbacks();
            }
            if (last != null && last.next == last) {
                FenceCalls.callback(signaler.takeOnly(last), self());
            } else if (last != null) {
                drainAll(signaler, last);
            }
        } finally {
            if (Lockdep.ON) {
                context.fenceClass().endCallbacks();
            }
            signaler.endDrain();
            endDrainRelease();
            FenceLedger ledger = context.ledger();
            if (ledger != null) {
                ledger.onDrained(self());
            }
        }
    }

    private void drainAll(DrainStack signaler, FenceCallback last) {
        signaler.beginList(self(), last);
        try {
            for (var callback = signaler.takeNext(); callback != null; callback = signaler.takeNext()) {
                FenceCalls.callback(callback, self());
            }
        } finally {
            signaler.endList();
        }
    }

    /**
     * Sets SIGNALED and LOCKED together, once; 0 if it was signalled. Waits for an enable op of another thread.
     *
     * @param reserve whether to make sure of what the signal will need; not if that is there, or nothing is to be run
     * @param prepared this thread's, if it is at hand
     */
    final int lockForSignal(int bits, int errno, boolean reserve, @Nullable Signaler prepared) {
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
            if (reserve && prepared != null) {
                prepared.reservePostponed(); // may fail, so it comes before anything is won
            } else if (reserve && ((s & ENABLE_SIGNAL) != 0 || callbacksAcquire() != null)) { // I8
                Signaler.current(context).reservePostponed();
            }
            int locked = (errno == 0 ? s : withErrno(s, errno)) | bits | LOCKED;
            if (casState(s, locked)) {
                return locked;
            }
        }
    }

    /** Whether another thread is in the enable op, and not for so long that the others go on without it. */
    final boolean isHeldByEnabler(int s, @Nullable Backoff backoff) {
        return (s & ENABLING) != 0 && !Signaler.isEnablingHere(self()) && !FenceCalls.enableStalled(backoff, self());
    }

    /** Looked up early when there seems to be something to run. */
    private @Nullable Signaler signalerIfPending() {
        return callbacksAcquire() == null ? null : Signaler.current(context);
    }

    final boolean signaled() {
        return (stateAcquire() & SIGNALED) != 0;
    }

    final DmaFence self() {
        return (DmaFence) this;
    }
}
