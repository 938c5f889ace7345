package org.dmafence.drivers.catalogue;

import java.util.concurrent.locks.LockSupport;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * The fences of nouveau. Enabling one that is done fails, so that the caller signals it. Old chips raise no interrupt
 * for a fence: waiting looks at it again and again. A killed channel has no name any more.
 */
class NouveauRing extends CatalogueRing {
    private static final long FIRST_SLEEP_NS = 1_000;
    private static final long LAST_SLEEP_NS = 1_000_000;

    NouveauRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected @Nullable String timelineName(DmaFence fence) {
        return isKilled() ? "dead channel" : super.timelineName(fence);
    }

    @Override
    protected boolean enableSignaling(IssuerFence ops, DmaFence fence) {
        return !hasPassed(ops);
    }

    @Override
    protected long waitTimeout(IssuerFence ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        long startNs = now();
        for (long sleepNs = FIRST_SLEEP_NS; ; sleepNs = Math.min(2 * sleepNs, LAST_SLEEP_NS)) {
            long left = timeoutNs == Long.MAX_VALUE ? timeoutNs : timeoutNs - (now() - startNs);
            if (fence.pollSignaled()) {
                return Math.max(1, left);
            }
            if (left <= 0) {
                return 0;
            }
            if (interruptible && Thread.currentThread().isInterrupted()) {
                return FenceError.ERESTARTSYS.errno();
            }
            LockSupport.parkNanos(this, sleepNs);
        }
    }

    private long now() {
        return context().runtime().clock().nanoTime();
    }
}
