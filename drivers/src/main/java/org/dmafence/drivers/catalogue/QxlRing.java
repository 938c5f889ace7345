package org.dmafence.drivers.catalogue;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;

/** The fences of qxl: waiting for one ignores interrupts, whatever was asked for. */
class QxlRing extends CatalogueRing {
    QxlRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected long waitTimeout(IssuerFence ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        return super.waitTimeout(ops, fence, false, timeoutNs);
    }
}
