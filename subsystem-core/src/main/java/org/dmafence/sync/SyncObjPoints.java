package org.dmafence.sync;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.fence.container.FenceMerge;
import org.jspecify.annotations.Nullable;

/**
 * Looks for points in what is in a {@link SyncObj}. Polls drivers and releases links, so never under an object's lock.
 */
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
        } catch (RuntimeException | Error e) { // of a fence that can't be asked any more
            report(head, e);
            return head.retain(); // has the point, and does not signal before it is reached
        }
        if (found == null) {
            return null;
        }
        DmaFence fence = found.fence();
        FenceError error = policy == ErrorPolicy.KEEP_FIRST ? found.error() : null;
        if (error == null) {
            return fence != null ? fence : head.runtime().stub();
        }
        try {
            return failed(head.runtime(), fence, error);
        } finally {
            release(fence);
        }
    }

    private static DmaFence failed(FenceRuntime runtime, @Nullable DmaFence fence, FenceError error) {
        DmaFence failed = runtime.allocateStub(runtime.clock().nanoTime(), error);
        if (fence == null) {
            return failed;
        }
        try {
            return FenceMerge.merge(List.of(fence, failed), ErrorPolicy.KEEP_FIRST);
        } finally {
            failed.release();
        }
    }

    /** A link after what is in an object, with a reference for the caller; both fences are borrowed. */
    static DmaFence newLink(@Nullable DmaFence before, DmaFence fence, long point, ErrorPolicy policy) {
        DmaFence own = fence.retain();
        DmaFence prev = before == null ? null : before.retain();
        try {
            return FenceChain.create(prev, own, point, policy).fence();
        } catch (RuntimeException | Error e) {
            own.release();
            release(prev);
            throw e;
        }
    }

    /**
     * How far a timeline has come: what is before the oldest link of the head's context that is still linked, or that
     * link.
     */
    static long pollReached(DmaFence head) {
        DmaFence oldest = head.retain();
        try {
            DmaFence at = head.retain();
            while (at != null && at.sharesTimeline(head)) {
                oldest.release();
                oldest = at.retain();
                at = walk(at);
            }
            release(at);
            FenceChain link = FenceChain.of(oldest);
            return link == null ? 0 : oldest.pollSignaled() ? link.seqno() : link.prevSeqno();
        } finally {
            oldest.release();
        }
    }

    /** Walks a chain, so that what has signalled does not pile up. */
    static void unlinkSignaled(@Nullable DmaFence chain) {
        DmaFence at = chain == null ? null : chain.retain();
        while (at != null) {
            at = walk(at);
        }
    }

    private static @Nullable DmaFence walk(DmaFence from) {
        try {
            return FenceChain.walk(from);
        } catch (RuntimeException | Error e) { // what comes before a fence that can't be asked waits for the next walk
            report(from, e);
            return null;
        }
    }

    static void release(@Nullable DmaFence fence) {
        if (fence != null) {
            fence.release();
        }
    }

    private static void report(DmaFence fence, Throwable e) {
        fence.runtime().report(FenceReporter.Kind.OP_FAILED, "asking " + fence + " in a syncobj failed: " + e, e);
    }
}
