package org.dmafence.fence.container;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the fences in a chain of arrays, one after the other: from the newest link back, in each by index. An array
 * inside an array is a fence like any other. Kernel counterpart: {@code struct dma_fence_unwrap}.
 *
 * <pre>{@code
 * try (FenceUnwrap unwrap = FenceUnwrap.of(fence)) {
 *     for (DmaFence each = unwrap.next(); each != null; each = unwrap.next()) { ... }
 * }
 * }</pre>
 *
 * <p>For one thread at a time. Going through a chain unlinks points that have signalled and polls, as
 * {@link FenceChain#walk} does.
 */
public final class FenceUnwrap implements AutoCloseable {
    private final boolean keeping;
    private @Nullable DmaFence at;
    private List<DmaFence> fences = List.of();
    private int index;

    /**
     * What failed before the link that is looked at, in it, and, if none did, the first container that did so itself.
     */
    private @Nullable Failure later;

    private @Nullable Failure here;
    private @Nullable DmaFence failedItself;

    private FenceUnwrap(@Nullable DmaFence head, boolean keeping) {
        this.keeping = keeping;
        at = head == null ? null : head.retain();
        enter();
    }

    /** A look into a fence of whatever kind; {@code null} has nothing in it. The fence is borrowed. */
    public static FenceUnwrap of(@Nullable DmaFence head) {
        return new FenceUnwrap(head, false);
    }

    /** The same, with what earlier merges hid in arrays, and keeping account of failures. */
    public static FenceUnwrap keeping(DmaFence head) {
        return new FenceUnwrap(head, true);
    }

    /** The next fence, borrowed until the next call; {@code null} at the end. */
    public @Nullable DmaFence next() {
        while (index == fences.size()) {
            if (at == null) {
                return null;
            }
            leave(at);
            enter();
        }
        return fences.get(index++);
    }

    /** The first error met so far in the containers themselves: their own, and of fences that they no longer hold. */
    public @Nullable FenceError containerError() {
        Failure found = failure();
        return found == null ? null : found.error();
    }

    /** Notes the failure of the fence that was answered last, which has signalled. */
    void failed() {
        here = Failure.join(here, Failure.of(fences.get(index - 1), 0));
    }

    /**
     * What failed among those looked at and does not show in them any more: noted by {@link #failed}, or in the
     * containers because they no longer hold it. From the earliest point of a chain on.
     */
    @Nullable Failure failure() {
        Failure all = Failure.join(here, later);
        return all == null && failedItself != null ? Failure.of(failedItself, 0) : all;
    }

    private void leave(DmaFence left) {
        FenceChain chain = FenceChain.of(left);
        Object behind = chain == null ? null : chain.collect();
        left.release();
        at = ChainLink.prevOf(behind);
        later = Failure.join(ChainLink.failureOf(behind), Failure.join(here, later));
        here = null;
    }

    private void enter() {
        index = 0;
        if (at == null) {
            fences = List.of();
            return;
        }
        DmaFence contained = FenceChain.contained(at);
        FenceArray array = FenceArray.of(contained);
        if (array == null) {
            fences = List.of(contained);
        } else {
            fences = keeping ? array.allFences() : array.fences();
            here = array.carried();
            suspect(contained);
        }
        if (contained != at) {
            suspect(at);
        }
    }

    private void suspect(DmaFence container) {
        if (failedItself == null && container.isSignaled() && container.errno() != 0) {
            failedItself = container;
        }
    }

    /** Drops the reference to the link that was looked at last; for leaving before the end. */
    @Override
    public void close() {
        if (at != null) {
            at.release();
            at = null;
        }
        fences = List.of();
        index = 0;
    }
}
