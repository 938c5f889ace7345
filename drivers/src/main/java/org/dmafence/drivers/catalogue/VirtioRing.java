package org.dmafence.drivers.catalogue;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;

/**
 * The fences of virtio-gpu: made without a number, which they get when they are emitted; polling them tells nothing.
 */
class VirtioRing extends CatalogueRing {
    VirtioRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected DmaFence newFence(FenceContext context, IssuerFence ops) {
        DmaFence fence = context.newFence(ops, 0);
        context.setSeqno(fence, hardwareNumber(ops.seqno()));
        context.traceEmit(fence);
        return fence;
    }

    @Override
    protected boolean signaled(IssuerFence ops, DmaFence fence) {
        return false;
    }
}
