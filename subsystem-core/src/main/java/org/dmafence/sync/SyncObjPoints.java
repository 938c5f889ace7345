package org.dmafence.sync;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.ModuleGoneException;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.fence.container.FenceMerge;
import org.jspecify.annotations.Nullable;

/** Looks for points in what is in a {@link SyncObj}. Polls drivers and releases links, so never under an object's lock. */
final class SyncObjPoints {
    private SyncObjPoints() {}

    /**
     * What has to signal for a point to be reached.
     *
     * @param head borrowed
     * @return with a new reference, a stub if it was reached; {@code null} if there is no such point
     */
    static @Nullable DmaFence find(DmaFence head, long point, ErrorPolicy policy) {
        FenceChain.Found found;
        try {
            found = FenceChain.findSeqno(head, point);
        } catch (ModuleGoneException e) { // of a link that the search unlinked
            Fences.report(head, e);
            return head.retain(); // has the point, and does not signal before it is reached
        }
        if (found == null) {
            return null;
        }
        DmaFence fence = found.fence();
        FenceError error = policy == ErrorPolicy.KEEP_FIRST ? found.error() : null;
        FenceRuntime runtime = head.runtime();
        if (error == null) {
            return fence != null ? fence : runtime.stub();
        }
        DmaFence failed = runtime.allocateStub(runtime.clock().nanoTime(), error);
        if (fence == null) {
            return failed;
        }
        DmaFence both = FenceMerge.merge(List.of(fence, failed), policy);
        Fences.drop(fence);
        Fences.drop(failed);
        return both;
    }

    /** How far a timeline has come: what is before the oldest link of the head's context that is still linked, or that link. */
    static long reached(DmaFence head) {
        DmaFence oldest = head.retain();
        DmaFence at = head.retain();
        while (at != null && at.context() == head.context()) {
            Fences.drop(oldest);
            oldest = at.retain();
            at = walk(at);
        }
        Fences.drop(at);
        FenceChain link = FenceChain.of(oldest);
        long reached = 0;
        if (link != null) {
            reached = oldest.pollSignaled() ? link.seqno() : link.prevSeqno();
        }
        Fences.drop(oldest);
        return reached;
    }

    /** Walks a chain, so that what has signalled does not pile up; drops the reference. */
    static void unlinkSignaled(@Nullable DmaFence chain) {
        DmaFence at = chain;
        while (at != null) {
            at = walk(at);
        }
    }

    private static @Nullable DmaFence walk(DmaFence from) {
        try {
            return FenceChain.walk(from);
        } catch (ModuleGoneException e) { // of a link that was unlinked; what is behind it waits for the next walk
            Fences.report(from, e);
            return null;
        }
    }
}
