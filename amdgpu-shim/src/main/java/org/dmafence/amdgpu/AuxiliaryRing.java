package org.dmafence.amdgpu;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.FenceSlots;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/** Work of the driver itself, whose fences compare as 64 bits and are signalled one by one when it is done. */
class AuxiliaryRing extends SimulatedRing {
    private final FenceContext fences;
    private final FenceOps ops;
    private final FenceSlots<DmaFence> slots;

    AuxiliaryRing(DriverContext context, RingSpec spec, FenceContext fences, FenceOps ops) {
        super(context, spec);
        this.fences = fences;
        this.ops = ops;
        slots = new FenceSlots<>(spec.slots());
    }

    final FenceOps ops() {
        return ops;
    }

    /** Makes a fence. Kernel counterpart: {@code dma_fence_init()} or {@code dma_fence_init64()}. */
    DmaFence newFence(FenceContext timeline, long seqno) {
        return timeline.newFence64(ops, seqno);
    }

    @Override
    protected DmaFence emit(RingJob job, long seqno) {
        DmaFence fence = newFence(fences, seqno);
        slots.put(seqno, fence);
        fences.traceEmit(fence);
        return fence;
    }

    @Override
    protected void retire(long seqno, @Nullable FenceError error) {
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
