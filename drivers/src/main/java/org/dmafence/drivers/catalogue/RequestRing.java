package org.dmafence.drivers.catalogue;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * The requests of i915: a context may be gone once its request is done, so a name asked too late is a word of the
 * driver's; and a wait whose time passed answers an error where everybody else answers 0.
 */
final class RequestRing extends CatalogueRing {
    RequestRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected @Nullable String timelineName(DmaFence fence) {
        return fence.isSignaled() ? "signaled" : super.timelineName(fence);
    }

    @Override
    protected long waitTimeout(IssuerFence ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        long left = super.waitTimeout(ops, fence, interruptible, timeoutNs);
        return left == 0 ? FenceError.ETIME.errno() : left;
    }
}
