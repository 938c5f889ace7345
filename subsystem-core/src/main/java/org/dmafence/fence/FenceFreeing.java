package org.dmafence.fence;

import org.dmafence.fence.FenceOps.Op;
import org.dmafence.rcu.RcuReader;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * What happens when the last reference to a fence is dropped. The invariants I9 and I10 are those of {@link
 * FenceState}.
 */
abstract sealed class FenceFreeing extends FenceEnabling permits DmaFence {
    FenceFreeing(FenceContext context, FenceOps ops, long seqno, int flags, @Nullable FenceCallback callback) {
        super(context, ops, seqno, flags, callback);
    }

    /** What the last release does: it tells those that still wait, then the issuer, and then it detaches the issuer. */
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

    /** By the lock: a thread that adds one after this finds the fence freed. */
    private boolean callbacksPending() {
        if (signaled()) {
            return false;
        }
        int locked = lockBit();
        boolean pending = callbacks != null && (locked & SIGNALED) == 0;
        unlock(locked);
        return pending;
    }
}
