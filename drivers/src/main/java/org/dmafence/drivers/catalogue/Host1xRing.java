package org.dmafence.drivers.catalogue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTimers;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** The fences of a sync point. A waiter starts a clock, and after half a minute the fence ends without the hardware. */
class Host1xRing extends CatalogueRing {
    static final long TIMEOUT_NS = 30_000_000_000L;

    private final DriverTimers timers = new DriverTimers();
    private final Map<Long, DriverTimers.Timer> timeouts = new ConcurrentHashMap<>();

    Host1xRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    @Override
    protected boolean enableSignaling(IssuerFence ops, DmaFence fence) {
        long seqno = ops.seqno();
        long dueNs = context().runtime().clock().nanoTime() + TIMEOUT_NS;
        timeouts.put(seqno, timers.arm(dueNs, () -> timeOut(seqno)));
        if (hasPassed(ops)) { // looked at last: the interrupt finds the timer, or we see its number
            cancel(seqno);
            return false;
        }
        return true;
    }

    @Override
    protected void retire(long seqno, @Nullable FenceError error) {
        cancel(seqno);
        super.retire(seqno, error);
    }

    @Override
    protected long advanceTimers(long timeNs) {
        return timers.advance(timeNs);
    }

    private void timeOut(long seqno) {
        timeouts.remove(seqno);
        signalEarly(seqno, FenceError.ETIMEDOUT);
    }

    private void cancel(long seqno) {
        DriverTimers.Timer timer = timeouts.remove(seqno);
        if (timer != null) {
            timer.cancel();
        }
    }
}
