package org.dmafence.drivers;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * A ring whose fences, all of one context, are signalled one by one when their jobs are done: most of a driver's own
 * work.
 */
public abstract class OneByOneRing extends SimulatedRing {
    private final FenceContext fences;
    private final RingSlots<DmaFence> slots;

    /** @param fences makes and signals the fences */
    protected OneByOneRing(DriverContext context, RingSpec spec, FenceContext fences) {
        super(context, spec);
        this.fences = fences;
        slots = new RingSlots<>(spec.slots());
    }

    /** Makes the fence of a job. Kernel counterpart: {@code dma_fence_init()} or {@code dma_fence_init64()}. */
    protected abstract DmaFence newFence(FenceContext timeline, long seqno);

    @Override
    protected final DmaFence emit(RingJob job, long seqno) {
        DmaFence fence = newFence(fences, seqno);
        slots.put(seqno, fence);
        fences.traceEmit(fence);
        return fence;
    }

    @Override
    protected final void retire(long seqno, @Nullable FenceError error) {
        DmaFence fence = slots.take(seqno);
        if (fence != null) {
            end(fence, error);
        }
    }

    @Override
    protected void forceCompletion(FenceError error) {
        slots.takeAll(emittedSeqno(), fence -> end(fence, error));
    }

    private void end(DmaFence fence, @Nullable FenceError error) {
        if (error == null) {
            fences.signal(fence);
        } else {
            fences.signal(fence, error);
        }
        fence.release();
    }
}
