package org.dmafence.fence;

import java.util.Objects;
import org.dmafence.fence.FenceFrames.Postponed;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.rcu.RcuReader;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * How a fence is signalled and enabled, and what becomes of its callbacks. The invariants I1 to I9 are those of
 * {@link FenceState}.
 */
abstract sealed class FenceSignaling extends FenceState permits DmaFence {
    FenceSignaling(FenceContext context, FenceOps ops, long seqno, int flags, @Nullable FenceCallback callback) {
        super(context, ops, seqno, flags, callback);
    }

    /**
     * Signals; false if the fence had signalled. The external lock is taken here, or held by the caller.
     *
     * @param errno set together with SIGNALED, so that it is the winner's; 0 leaves the error as it is
     */
    final boolean signalAt(long atNs, int errno, boolean takeExternal) {
        return signalAt(atNs, errno, takeExternal, framesIfPending());
    }

    /** As above for whoever may have this thread's frames at hand. */
    final boolean signalAt(long atNs, int errno, boolean takeExternal, @Nullable FenceFrames prepared) {
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

    /** Does the rest for a fence that {@link #markSignaled} left; false if there is no rest, or somebody else does it. */
    final boolean finishSignaled(long atNs) {
        if (!signaled()) { // from here on no callback is added that this might not see
            return false;
        }
        FenceFrames frames = framesIfPending();
        if (frames != null) {
            frames.reservePostponed();
        }
        int locked = lockBit();
        if ((locked & (SIGNALED | FINISHING)) != SIGNALED) {
            unlock(locked);
            return false;
        }
        Postponed room = takeRoom(frames);
        complete(finish(locked | FINISHING, atNs, frames), frames, room);
        return true;
    }

    /** What was reserved for this signal, with LOCKED held. */
    private @Nullable Postponed takeRoom(@Nullable FenceFrames prepared) {
        if (callbacks == null) {
            return null;
        }
        return (prepared == null ? FenceFrames.current(context) : prepared).takeReserved();
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
     * Whether the fence, locked and unsignalled, is freed; unlocks it then. Under the lock, so that either this finds the last
     * reference gone, or {@link #releaseLast} finds what is added after it.
     */
    private boolean isFreed(int locked) {
        boolean freed = isGone(referencesOpaque());
        if (freed) {
            unlock(locked);
        }
        return freed;
    }

    final boolean remove(FenceCallback callback) {
        if (Lockdep.ON && callbacksAcquire() != FenceFrames.current().mark) {
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
        FenceFrames frames = FenceFrames.current(context);
        if (mark == frames.mark) {
            return frames.removePending(self(), callback);
        }
        for (Backoff backoff = new Backoff(); callbacksAcquire() != null; ) {
            backoff.pause();
        }
        return false;
    }

    /** Moves the time at which the fence signalled, if it has. */
    final void moveTimestamp(long ns) {
        if ((stateAcquire() & TIMESTAMP) != 0) {
            timestampOpaque(ns);
        }
    }

    /** Takes a callback back without waiting for one that runs: that one is left to whoever runs it. */
    final boolean withdraw(FenceCallback callback) {
        int s = lockBit();
        boolean found = (s & TIMESTAMP) == 0 && CallbackList.contains(callbacks, callback);
        if (found) {
            callbacks = CallbackList.remove(Objects.requireNonNull(callbacks), callback);
        }
        unlock(s);
        return found;
    }

    /**
     * The winner's work, with LOCKED held: trace while the ops are attached, detach, take the callbacks, stamp; unlocks. Throws
     * nothing: a fence that is half signalled would hang its waiters.
     *
     * @return the callbacks to run, the last of a circular list
     */
    private @Nullable FenceCallback finish(int locked, long atNs, @Nullable FenceFrames prepared) {
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
            callbacks = (prepared == null ? FenceFrames.current(context) : prepared).mark;
        }
        timestampNs = atNs;
        unlock(s | TIMESTAMP);
        return list;
    }

    /** What follows the lock: the ledger learns of it and the callbacks run, these whatever becomes of that. */
    private void complete(@Nullable FenceCallback list, @Nullable FenceFrames prepared, @Nullable Postponed room) {
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
                FenceFrames frames = prepared == null ? FenceFrames.current(context) : prepared;
                if (frames.isTooDeep()) {
                    frames.postpone(Objects.requireNonNull(room, "reserved before the signal"), self(), list);
                } else {
                    try {
                        drain(frames, list);
                    } finally {
                        frames.runLeft(); // other fences' callbacks, whatever became of these
                    }
                }
            }
        }
    }

    /** Runs the callbacks, outside any lock of the core. */
    final void drain(FenceFrames frames, @Nullable FenceCallback last) {
        frames.beginDrain(self());
        try {
            if (Lockdep.ON) {
                context.fenceClass().beginCallbacks();
            }
            if (last != null && last.next == last) {
                FenceCalls.callback(frames.takeOnly(last), self());
            } else if (last != null) {
                drainAll(frames, last);
            }
        } finally {
            if (Lockdep.ON) {
                context.fenceClass().endCallbacks();
            }
            frames.endDrain();
            endDrainRelease();
            FenceLedger ledger = context.ledger();
            if (ledger != null) {
                ledger.onDrained(self());
            }
        }
    }

    private void drainAll(FenceFrames frames, FenceCallback last) {
        frames.beginList(self(), last);
        try {
            for (var callback = frames.takeNext(); callback != null; callback = frames.takeNext()) {
                FenceCalls.callback(callback, self());
            }
        } finally {
            frames.endList();
        }
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
        FenceFrames frames = FenceFrames.current();
        try {
            return enable(reader, frames);
        } finally {
            frames.runDeferred();
        }
    }

    private boolean enable(RcuReader reader, FenceFrames frames) {
        // Before the op is asked: nobody asks it again. What is reserved won't do, as what the op signals may use it
        // up.
        Postponed room = frames.newRoom();
        FenceLock external = context.lock();
        boolean held = external != null && FenceCalls.lock(external, self());
        FenceCallback list;
        try {
            frames.beginEnable(self());
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
                frames.endEnable();
            }
            long nowNs = FenceCalls.nowNs(context.runtime());
            int locked = lockForSignal(SIGNALED | FINISHING, 0, false, null);
            if (locked == 0) {
                return false;
            }
            list = finish(locked, nowNs, frames);
        } finally {
            if (held) {
                Objects.requireNonNull(external).unlockTried();
            }
        }
        complete(list, frames, room);
        return false;
    }

    /** Sets ENABLE_SIGNAL and ENABLING together; false if anybody was first or the fence has signalled. */
    private boolean beginEnabling() {
        Backoff backoff = null;
        for (; ; ) {
            int s = stateAcquire();
            if ((s & (SIGNALED | ENABLE_SIGNAL)) != 0) {
                return false;
            }
            if ((s & LOCKED) != 0) {
                backoff = Backoff.next(backoff);
            } else if (casState(s, s | ENABLE_SIGNAL | ENABLING)) {
                return true;
            }
        }
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

    /**
     * Sets SIGNALED and LOCKED together, once; 0 if it was signalled. Waits for an enable op of another thread.
     *
     * @param reserve whether to make sure of what the signal will need; not if that is there, or nothing is to be run
     * @param prepared this thread's frames, if they are at hand
     */
    private int lockForSignal(int bits, int errno, boolean reserve, @Nullable FenceFrames prepared) {
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
                FenceFrames.current(context).reservePostponed();
            }
            int locked = (errno == 0 ? s : withErrno(s, errno)) | bits | LOCKED;
            if (casState(s, locked)) {
                return locked;
            }
        }
    }

    /** Whether another thread is in the enable op, and not for so long that the others go on without it. */
    private boolean isHeldByEnabler(int s, @Nullable Backoff backoff) {
        return (s & ENABLING) != 0 && !FenceFrames.isEnablingHere(self()) && !FenceCalls.enableStalled(backoff, self());
    }

    /** Looked up early when there seems to be something to run. */
    private @Nullable FenceFrames framesIfPending() {
        return callbacksAcquire() == null ? null : FenceFrames.current(context);
    }

    /** What the last release does: whoever still waits is told, then the issuer, then the fence forgets the issuer. */
    final void releaseLast() {
        FenceLedger ledger = context.ledger();
        boolean lockKept = ledger != null && FenceLedger.keepsLock(self());
        if ((stateAcquire() & TIMESTAMP) != 0
                && opsAcquire() == null
                && !lockKept
                && !context.isTraced(FenceTracepoint.DESTROY)) {
            return; // an independent fence: nobody is left to be told
        }
        try {
            tellWaiters();
        } finally { // nobody releases a second time, so each step is taken whatever becomes of the one before
            tellIssuer(ledger);
        }
    }

    private void tellWaiters() {
        if (context.isTraced(FenceTracepoint.DESTROY)) {
            FenceNames.trace(self(), FenceTracepoint.DESTROY);
        }
        if (callbacksPending()) {
            FenceCalls.pendingAtRelease(self());
            signalAt(FenceCalls.nowNs(context.runtime()), FenceError.EDEADLK.errno(), true);
        }
    }

    private void tellIssuer(@Nullable FenceLedger ledger) {
        RcuReader reader;
        try {
            reader = context.runtime().reader();
        } catch (Throwable e) { // no section, so no op; but the issuer need not wait for this fence
            detachIssuer(ledger);
            throw e;
        }
        long section = reader.lock();
        try {
            FenceOps attached = opsAcquire();
            if (attached != null && attached.has(Op.RELEASE)) {
                FenceCalls.release(attached, self());
            }
        } finally {
            try {
                detachIssuer(ledger);
            } finally {
                reader.unlock(section);
            }
        }
    }

    private void detachIssuer(@Nullable FenceLedger ledger) {
        detachRelease();
        if (ledger != null) {
            ledger.onReleased(self());
        }
    }

    /** By the lock: who adds one after this finds the fence freed. */
    private boolean callbacksPending() {
        if (signaled()) {
            return false;
        }
        int locked = lockBit();
        boolean pending = callbacks != null && (locked & SIGNALED) == 0;
        unlock(locked);
        return pending;
    }

    private boolean signaled() {
        return (stateAcquire() & SIGNALED) != 0;
    }

    private DmaFence self() {
        return (DmaFence) this;
    }
}
