package org.dmafence.amdgpu;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.OneByOneRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;

/** Work of the driver itself, whose fences compare as 64 bits. */
final class AmdgpuAuxiliaryRing extends OneByOneRing {
    private final FenceOps ops;

    AmdgpuAuxiliaryRing(DriverContext context, RingSpec spec, FenceContext fences, FenceOps ops) {
        super(context, spec, fences);
        this.ops = ops;
    }

    @Override
    protected DmaFence newFence(FenceContext timeline, long seqno) {
        return timeline.newFence64(ops, seqno);
    }
}
