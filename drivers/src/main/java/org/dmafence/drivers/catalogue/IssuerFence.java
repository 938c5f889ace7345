package org.dmafence.drivers.catalogue;

import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/** The ops of a line of the table, and what the driver keeps of one fence. What they do is the ring's business. */
final class IssuerFence extends FenceOps {
    private final CatalogueRing ring;
    private final FenceContext context;
    private final long seqno;

    /** The fence, until it is signalled. */
    private @Nullable DmaFence fence;

    /**
     * @param context of the fence to be made
     * @param seqno the number on the ring, whatever the fence's own is
     * @param ops those of the ring's table
     */
    IssuerFence(CatalogueRing ring, FenceContext context, long seqno, Op... ops) {
        super(ops);
        this.ring = ring;
        this.context = context;
        this.seqno = seqno;
    }

    long seqno() {
        return seqno;
    }

    /** The fence was made; before anybody else gets it. Takes over the maker's reference. */
    void issue(DmaFence made) {
        fence = made;
    }

    /** Signals the fence and drops the driver's reference; for the thread that took it from its slot. */
    void signalAt(long timestampNs) {
        DmaFence mine = take();
        context.signalAt(mine, timestampNs);
        mine.release();
    }

    /** As {@link #signalAt}, now and with an error. */
    void signal(FenceError error) {
        DmaFence mine = take();
        context.signal(mine, error);
        mine.release();
    }

    private DmaFence take() {
        DmaFence mine = Objects.requireNonNull(fence, "a fence in a slot was made");
        fence = null;
        return mine;
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
    protected FenceTag tag(DmaFence fence) {
        return ring.tag(seqno);
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
