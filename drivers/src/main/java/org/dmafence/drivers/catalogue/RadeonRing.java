package org.dmafence.drivers.catalogue;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;

/**
 * The fences of radeon. Waiting gives up when the device hangs and needs a reset, and hands the time back as it was
 * when the fence had signalled: 0 for 0, where the core would say 1.
 */
class RadeonRing extends CatalogueRing {
    /** How often the driver looks whether the device hangs. */
    private static final long LOCKUP_CHECK_NS = 500_000_000;

    RadeonRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected boolean enableSignaling(IssuerFence ops, DmaFence fence) {
        return !hasPassed(ops);
    }

    @Override
    protected long waitTimeout(IssuerFence ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        for (long left = timeoutNs; ; ) {
            if (fence.pollSignaled()) {
                return left;
            }
            if (left == 0) {
                return 0;
            }
            if (isHung()) {
                return FenceError.EDEADLK.errno();
            }
            long sliceNs = Math.min(left, LOCKUP_CHECK_NS);
            long result = super.waitTimeout(ops, fence, interruptible, sliceNs);
            if (result < 0) {
                return result;
            }
            if (left != Long.MAX_VALUE) {
                left -= sliceNs - result;
            }
        }
    }
}
