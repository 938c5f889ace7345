package org.dmafence.fence;

import java.util.Objects;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.rcu.RcuReader;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * How a fence is signalled and enabled, and what becomes of its callbacks. The invariants I1 to I7 are those of
 * {@link FenceState}.
 */
abstract sealed class FenceSignaling extends FenceState permits DmaFence {
    FenceSignaling(FenceContext context, FenceOps ops, long seqno, int flags) {
        super(context, ops, seqno, flags);
    }

    /** Signals; false if the fence had signalled. The external lock is taken here, or held by the caller. */
    final boolean signalAt(long atNs, boolean takeExternal) {
        if (signaled()) {
            return false;
        }
        FenceLock external = takeExternal ? context.lock() : null;
        final boolean held = external != null && FenceCalls.lock(external, self());
        FenceCallback list;
        try {
            int locked = lockForSignal();
            if (locked == 0) {
                return false;
            }
            list = finish(locked, atNs);
        } finally {
            if (held) {
                Objects.requireNonNull(external).unlock();
            }
        }
        drain(list);
        return true;
    }

    final boolean markSignaled() {
        int locked = lockForSignal();
        if (locked == 0) {
            return false;
        }
        unlock(locked);
        return true;
    }

    final void finishSignaled(long atNs) {
        int locked = lockBit();
        if ((locked & (SIGNALED | TIMESTAMP)) != SIGNALED) {
            unlock(locked);
            throw new IllegalStateException(this + " is finished without being begun, or twice");
        }
        drain(finish(locked, atNs));
    }

    /** Links a callback last, or a waiter first, so that sleepers wake before other work is done. */
    final boolean add(FenceCallback callback, boolean first) {
        if (signaled()) {
            return false;
        }
        if (callback.next != null) {
            throw new IllegalStateException("a callback can be on one fence at a time; it is added to " + this
                    + " while still on a fence: remove it there first, or use another object");
        }
        int locked = lockEnabled();
        if (locked == 0) {
            return false;
        }
        callbacks = first ? CallbackList.addFirst(callbacks, callback) : CallbackList.addLast(callbacks, callback);
        unlock(locked);
        return true;
    }

    final boolean remove(FenceCallback callback) {
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
        if (callbacksAcquire() != CallbackList.DRAINING) { // pairs with the release at the end of drain
            return false;
        }
        FenceFrames frames = frames();
        if (frames.isDraining(self())) {
            return frames.removePending(self(), callback);
        }
        for (Backoff backoff = new Backoff(); callbacksAcquire() == CallbackList.DRAINING; ) {
            backoff.pause();
        }
        return false;
    }

    /** Takes a waiter back after a time-out or an interrupt; one that is being woken is left to its waker. */
    final void removeWaiter(FenceCallback waiter) {
        int s = lockBit();
        if ((s & TIMESTAMP) == 0 && CallbackList.contains(callbacks, waiter)) {
            callbacks = CallbackList.remove(Objects.requireNonNull(callbacks), waiter);
        }
        unlock(s);
    }

    /**
     * The winner's work, with LOCKED held: trace while the ops are attached, detach, take the callbacks, stamp; unlocks.
     *
     * @return the callbacks to run, the last of a circular list
     */
    private @Nullable FenceCallback finish(int locked, long atNs) {
        int s = locked;
        if (context.runtime().trace().isOn()) {
            unlock(s); // I6: the tracepoint asks the driver for its names
            FenceNames.traceDirect(self(), FenceTracepoint.SIGNALED);
            s = lockBit();
            if ((s & TIMESTAMP) != 0) { // finished for an issuer that was taken for dead
                unlock(s);
                return null;
            }
        }
        FenceOps attached = ops;
        boolean detached = attached == null || attached.detachable();
        if (detached) {
            detachOpaque();
        }
        FenceCallback list = callbacks;
        callbacks = list == null ? null : CallbackList.DRAINING;
        timestampNs = atNs;
        unlock(s | TIMESTAMP);
        FenceLedger ledger = context.ledger();
        if (ledger != null) {
            ledger.onSignaled(self(), detached, list != null);
        }
        return list;
    }

    /** Runs the callbacks, outside any lock of the core. */
    private void drain(@Nullable FenceCallback last) {
        if (last == null) {
            return;
        }
        FenceFrames frames = frames();
        if (frames.isTooDeep()) {
            frames.postpone(() -> drain(last));
            return;
        }
        frames.beginDrain(self(), last);
        try {
            for (FenceCallback callback = frames.takeNext(); callback != null; callback = frames.takeNext()) {
                FenceCalls.callback(callback, self());
            }
        } finally {
            frames.endDrain();
            endDrainRelease();
            FenceLedger ledger = context.ledger();
            if (ledger != null) {
                ledger.onDrained();
            }
        }
        frames.runPostponed();
    }

    /** Sets ENABLE_SIGNAL, asking the driver the first time; the bit is set even on a signalled fence. */
    final void ensureEnabled() {
        int locked = lockEnabled();
        if (locked == 0) {
            changeState(0, ENABLE_SIGNAL);
        } else {
            unlock(locked);
        }
    }

    /** Calls the enable op, once per fence; false if the fence is signalled afterwards. */
    private boolean enable() {
        FenceLock external = context.lock();
        boolean held = external != null && FenceCalls.lock(external, self());
        FenceCallback list;
        try {
            int s = beginEnabling();
            if (s == 0) {
                return !signaled();
            }
            if (callEnable()) {
                changeState(ENABLING, 0);
                return true;
            }
            changeState(ENABLING, 0);
            int locked = lockForSignal();
            if (locked == 0) {
                return false;
            }
            list = finish(locked, context.runtime().clock().nanoTime());
        } finally {
            if (held) {
                Objects.requireNonNull(external).unlock();
            }
        }
        drain(list);
        return false;
    }

    /** Sets ENABLE_SIGNAL and ENABLING together; 0 if another thread was first or the fence has signalled. */
    private int beginEnabling() {
        Backoff backoff = null;
        for (; ; ) {
            int s = stateAcquire();
            if ((s & (LOCKED | ENABLING)) != 0) {
                if ((s & ENABLING) != 0 && frames().isEnabling(self())) {
                    return 0;
                }
                backoff = Backoff.next(backoff);
            } else if ((s & SIGNALED) != 0) {
                return 0;
            } else if ((s & ENABLE_SIGNAL) != 0) {
                return 0;
            } else if (casState(s, s | ENABLE_SIGNAL | ENABLING)) {
                return s | ENABLE_SIGNAL | ENABLING;
            }
        }
    }

    private boolean callEnable() {
        RcuReader reader = context.runtime().reader();
        FenceFrames frames = FenceFrames.of(reader);
        long section = reader.lock();
        frames.beginEnable(self());
        try {
            FenceOps attached = opsAcquire();
            if (attached == null || !attached.has(Op.ENABLE_SIGNALING)) {
                return true;
            }
            if (context.runtime().trace().isOn()) {
                FenceNames.traceDirect(self(), FenceTracepoint.ENABLE_SIGNAL);
            }
            return FenceCalls.enableSignaling(attached, self());
        } finally {
            frames.endEnable();
            reader.unlock(section);
        }
    }

    /** Sets LOCKED on an unsignalled fence whose signalling is enabled; 0 if it has signalled. */
    private int lockEnabled() {
        Backoff backoff = null;
        for (; ; ) {
            int s = stateAcquire();
            if ((s & SIGNALED) != 0) {
                return 0;
            }
            if ((s & LOCKED) != 0 || ((s & ENABLING) != 0 && !frames().isEnabling(self()))) {
                backoff = Backoff.next(backoff);
                continue;
            }
            FenceOps attached = opsAcquire();
            if ((s & ENABLE_SIGNAL) == 0 && attached != null && attached.has(Op.ENABLE_SIGNALING)) {
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

    /** Sets SIGNALED and LOCKED together, once; 0 if it was signalled. Waits for an enable op of another thread. */
    private int lockForSignal() {
        Backoff backoff = null;
        for (; ; ) {
            int s = stateAcquire();
            if ((s & SIGNALED) != 0) {
                return 0;
            }
            boolean enabling = (s & ENABLING) != 0 && !frames().isEnabling(self());
            if ((s & LOCKED) == 0 && (!enabling || FenceCalls.enableStalled(backoff, self()))) {
                int locked = s | SIGNALED | LOCKED;
                if (casState(s, locked)) {
                    return locked;
                }
            } else {
                backoff = Backoff.next(backoff);
            }
        }
    }

    final FenceFrames frames() {
        return FenceFrames.of(context.runtime().reader());
    }

    private boolean signaled() {
        return (stateAcquire() & SIGNALED) != 0;
    }

    private DmaFence self() {
        return (DmaFence) this;
    }
}
