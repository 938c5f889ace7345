package org.dmafence.drivers.catalogue;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/** The ops of a line of the table, and what the driver keeps of one fence. What they do is the ring's business. */
final class IssuerFence extends FenceOps {
    private final IssuerRing ring;
    private final long seqno;

    /**
     * @param seqno the number on the ring, whatever the fence's own is
     * @param ops those of the ring's table
     */
    IssuerFence(IssuerRing ring, long seqno, Op... ops) {
        super(ops);
        this.ring = ring;
        this.seqno = seqno;
    }

    long seqno() {
        return seqno;
    }

    @Override
    protected @Nullable String driverName(DmaFence fence) {
        return ring.driverName(fence);
    }

    @Override
    protected @Nullable String timelineName(DmaFence fence) {
        return ring.timelineName(fence);
    }

    @Override
    protected boolean enableSignaling(DmaFence fence) {
        return ring.enableSignaling(this, fence);
    }

    @Override
    protected boolean signaled(DmaFence fence) {
        return ring.signaled(this, fence);
    }

    @Override
    protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
        return ring.waitTimeout(this, fence, interruptible, timeoutNs);
    }

    @Override
    protected void release(DmaFence fence) {
        ring.released(fence);
    }

    @Override
    protected void setDeadline(DmaFence fence, long deadlineNs) {
        ring.setDeadline(this, deadlineNs);
    }
}
