package org.dmafence.sync;

import java.util.OptionalLong;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SyncTimeline} knows of one of its fences. Kernel counterpart: {@code struct sync_pt}.
 *
 * <p>Has a {@code release} op, so it is never detached. A driver that is loaded from a jar subclasses it, adding
 * nothing: the class of the ops is what ties a fence to its module.
 */
public class SyncPoint extends FenceOps {
    /** How a timeline makes its points. */
    @FunctionalInterface
    public interface Factory {
        /** A point of a timeline, to be passed on to the constructor. */
        SyncPoint newPoint(SyncTimeline timeline, int value);
    }

    private final SyncTimeline timeline;
    private final int value;

    /** Guarded by the timeline's lock, as is {@link #hasDeadline}. */
    private long deadlineNs;

    private boolean hasDeadline;

    /** A point that its timeline's factory was asked for. */
    protected SyncPoint(SyncTimeline timeline, int value) {
        super(Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE);
        this.timeline = timeline;
        this.value = value;
    }

    /**
     * The point that a fence stands for, whichever timeline it is of. Kernel counterpart: {@code
     * dma_fence_to_sync_pt()}.
     *
     * @return {@code null} for any other fence, also for one that was merged of points, and once the last reference is
     *     gone
     */
    public static @Nullable SyncPoint of(DmaFence fence) {
        return fence.opsAs(SyncPoint.class);
    }

    /** The timeline that reaches it. */
    public final SyncTimeline timeline() {
        return timeline;
    }

    /** The value at which the fence signals, as 32 bits without a sign. */
    public final int value() {
        return value;
    }

    /**
     * By when somebody would like the fence, the soonest of what was asked for, on the runtime's clock; empty if nobody
     * asked before it signalled. Kernel counterpart: {@code SW_SYNC_GET_DEADLINE}.
     */
    public final OptionalLong deadlineNs() {
        timeline.lock().lock();
        try {
            return hasDeadline ? OptionalLong.of(deadlineNs) : OptionalLong.empty();
        } finally {
            timeline.lock().unlock();
        }
    }

    @Override
    protected final String driverName(DmaFence fence) {
        return "sw_sync";
    }

    @Override
    protected final String timelineName(DmaFence fence) {
        return timeline.name();
    }

    @Override
    protected final boolean signaled(DmaFence fence) {
        return timeline.hasReached(value);
    }

    @Override
    protected final void release(DmaFence fence) {
        timeline.unlink(this, fence);
    }

    @Override
    protected final void setDeadline(DmaFence fence, long soughtNs) {
        timeline.lock().lock();
        try {
            deadlineNs = hasDeadline ? Math.min(deadlineNs, soughtNs) : soughtNs;
            hasDeadline = true;
        } finally {
            timeline.lock().unlock();
        }
    }
}
