package org.dmafence.drivers.swsync;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/** What the timeline knows of one fence. Kernel counterpart: {@code struct sync_pt}. */
final class SwSyncPoint extends FenceOps {
    private final SwSyncTimeline timeline;
    private final int value;

    /** Guarded by the timeline's lock, as is {@link #hasDeadline}. */
    private long deadlineNs;

    private boolean hasDeadline;

    SwSyncPoint(SwSyncTimeline timeline, int value) {
        super(Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE);
        this.timeline = timeline;
        this.value = value;
    }

    int value() {
        return value;
    }

    boolean hasDeadline() {
        return hasDeadline;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "sw_sync";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return timeline.name();
    }

    @Override
    protected boolean signaled(DmaFence fence) {
        return timeline.hasReached(value);
    }

    @Override
    protected void release(DmaFence fence) {
        timeline.unlink(this, fence);
    }

    @Override
    protected void setDeadline(DmaFence fence, long soughtNs) {
        timeline.lock().lock();
        try {
            deadlineNs = hasDeadline ? Math.min(deadlineNs, soughtNs) : soughtNs;
            hasDeadline = true;
        } finally {
            timeline.lock().unlock();
        }
    }
}
