package org.dmafence.i915;

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

/**
 * A queue of work that is no request: its fences all have context 0 and sequence number 0, as the kernel's do, and are signalled
 * one by one when the work is done.
 */
final class AuxiliaryRing extends SimulatedRing {
    private final FenceContext fences;
    private final FenceOps ops;
    private final FenceSlots<DmaFence> slots;

    AuxiliaryRing(DriverContext context, RingSpec spec, FenceOps ops) {
        super(context, spec);
        this.ops = ops;
        fences = context.newContext(spec.name()).id(0).build();
        slots = new FenceSlots<>(spec.slots());
    }

    @Override
    protected DmaFence emit(RingJob job, long seqno) {
        DmaFence fence = fences.newFence(ops, 0);
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
