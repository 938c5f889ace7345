package org.dmafence.drivers.catalogue;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;

/** The fences of vmwgfx: enabling one looks at the hardware once more, and fails if it is done. */
class VmwgfxRing extends CatalogueRing {
    VmwgfxRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected boolean enableSignaling(IssuerFence ops, DmaFence fence) {
        return !hasPassed(ops);
    }
}
