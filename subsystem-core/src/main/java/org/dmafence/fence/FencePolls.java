package org.dmafence.fence;

import org.dmafence.fence.FenceOps.Op;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.rcu.RcuReader;
import org.jspecify.annotations.Nullable;

/** What asks an issuer's ops about an unsignalled fence: in a read section, and signals outside of it. */
final class FencePolls {
    private FencePolls() {}

    /** As {@link DmaFence#pollSignaled}, for a fence that had not signalled just before. */
    static boolean signaled(DmaFence fence) {
        if (!implementsOp(fence.opsAcquire(), Op.SIGNALED)) {
            return fence.isSignaled(); // which ops exist is the core's own knowledge: no driver code, no section
        }
        if (Lockdep.ON) {
            fence.context.fenceClass().mayRunCallbacks();
        }
        RcuReader reader = fence.runtime().reader();
        long section = reader.lock();
        boolean done;
        try {
            FenceOps attached = fence.opsAcquire();
            done = attached != null && attached.has(Op.SIGNALED) && FenceCalls.signaled(attached, fence);
        } finally {
            reader.unlock(section);
        }
        if (done) {
            fence.context.signal(fence);
        }
        return done || fence.isSignaled();
    }

    /** As {@link DmaFence#setDeadline}. */
    static void setDeadline(DmaFence fence, long deadlineNs) {
        // Polls here, so that callbacks which that runs are in no section.
        if (!implementsOp(fence.opsAcquire(), Op.SET_DEADLINE) || fence.pollSignaled()) {
            return;
        }
        RcuReader reader = fence.runtime().reader();
        long section = reader.lock();
        try {
            FenceOps attached = fence.opsAcquire();
            if (attached != null && attached.has(Op.SET_DEADLINE)) {
                FenceCalls.setDeadline(attached, fence, deadlineNs);
            }
        } finally {
            reader.unlock(section);
        }
    }

    private static boolean implementsOp(@Nullable FenceOps seen, Op op) {
        return seen != null && seen.has(op);
    }
}
