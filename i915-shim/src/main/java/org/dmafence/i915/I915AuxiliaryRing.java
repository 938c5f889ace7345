package org.dmafence.i915;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.OneByOneRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;

/** A queue of work that is no request: its fences all have context 0 and sequence number 0, as the kernel's do. */
final class I915AuxiliaryRing extends OneByOneRing {
    private final FenceOps ops;

    I915AuxiliaryRing(DriverContext context, RingSpec spec, FenceOps ops) {
        super(context, spec, context.newContext(spec.name()).id(0).build());
        this.ops = ops;
    }

    @Override
    protected DmaFence newFence(FenceContext timeline, long seqno) {
        return timeline.newFence(ops, 0);
    }
}
