package org.dmafence.resv;

import org.dmafence.fence.DmaFence;
import org.dmafence.resv.ResvList.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all fences in the list of a reservation object whose lock the calling thread holds, those that have
 * signalled included. Kernel counterpart: {@code struct dma_resv_iter} with {@code dma_resv_iter_first()} and
 * {@code dma_resv_iter_next()}.
 *
 * <p>Takes no references: the fences are in the list, and the list stays as long as the lock is held and nothing is
 * reserved, added or replaced. Asks no driver.
 */
public final class LockedResvCursor {
    private final ResvChanges object;
    private final ResvUsage upTo;
    private final @Nullable ResvList list;
    private int index;
    private ResvUsage usage = ResvUsage.BOOKKEEP;

    LockedResvCursor(ResvChanges object, ResvUsage upTo) {
        this.object = object;
        this.upTo = upTo;
        this.list = object.heldList("going through the fences");
    }

    /**
     * The next fence, borrowed; {@code null} at the end.
     *
     * @throws ResvUsageException if the lock is not held any more
     */
    public @Nullable DmaFence next() {
        object.requireHeld("going through the fences");
        while (list != null && index < list.count()) {
            Entry entry = list.entry(index++);
            if (upTo.includes(entry.usage())) {
                usage = entry.usage();
                return entry.fence();
            }
        }
        return null;
    }

    /** What the fence that was answered last stands for. */
    public ResvUsage usage() {
        return usage;
    }
}
