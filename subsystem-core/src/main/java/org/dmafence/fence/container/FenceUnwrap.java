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
    private final boolean hiddenToo;
    private @Nullable DmaFence at;
    private List<DmaFence> fences = List.of();
    private int index;
    private @Nullable FenceError error;

    private FenceUnwrap(@Nullable DmaFence head, boolean hiddenToo) {
        this.hiddenToo = hiddenToo;
        at = head == null ? null : head.retain();
        enter();
    }

    /** A look into a fence of whatever kind; {@code null} has nothing in it. The fence is borrowed. */
    public static FenceUnwrap of(@Nullable DmaFence head) {
        return new FenceUnwrap(head, false);
    }

    /** The same, with what earlier merges hid in arrays. */
    static FenceUnwrap ofAll(DmaFence head) {
        return new FenceUnwrap(head, true);
    }

    /** The next fence, borrowed until the next call; {@code null} at the end. */
    public @Nullable DmaFence next() {
        while (index == fences.size()) {
            if (at == null) {
                return null;
            }
            FenceChain left = FenceChain.of(at);
            at = FenceChain.walk(at);
            if (left != null) {
                found(left.unlinkedError());
            }
            enter();
        }
        return fences.get(index++);
    }

    /** The first error met so far in the containers themselves: their own, and of fences that they no longer hold. */
    public @Nullable FenceError containerError() {
        return error;
    }

    private void enter() {
        index = 0;
        if (at == null) {
            fences = List.of();
            return;
        }
        DmaFence contained = FenceChain.contained(at);
        FenceArray array = FenceArray.of(contained);
        if (contained != at) {
            found(Errors.of(at));
        }
        if (array == null) {
            fences = List.of(contained);
        } else {
            found(Errors.of(contained));
            fences = hiddenToo ? array.allFences() : array.fences();
        }
    }

    private void found(@Nullable FenceError another) {
        if (error == null) {
            error = another;
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
