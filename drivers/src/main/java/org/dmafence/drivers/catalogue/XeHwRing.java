package org.dmafence.drivers.catalogue;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;

/** The hardware fences of xe: one that was given an error counts as signalled, whatever the hardware says. */
class XeHwRing extends CatalogueRing {
    XeHwRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected boolean signaled(IssuerFence ops, DmaFence fence) {
        return fence.error() != null || super.signaled(ops, fence);
    }
}
