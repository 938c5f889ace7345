package org.dmafence.drivers.catalogue;

import java.util.EnumSet;
import java.util.Set;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps.Op;

/** Notes which of its ops were asked. */
final class CountingRing extends CatalogueRing {
    final Set<Op> asked = EnumSet.noneOf(Op.class);

    CountingRing(DriverContext context, Issuer issuer) {
        super(context, new RingSpec("dev", "gfx", issuer.slug(), 4), issuer);
    }

    @Override
    protected boolean enableSignaling(IssuerFence ops, DmaFence fence) {
        asked.add(Op.ENABLE_SIGNALING);
        return super.enableSignaling(ops, fence);
    }

    @Override
    protected boolean signaled(IssuerFence ops, DmaFence fence) {
        asked.add(Op.SIGNALED);
        return super.signaled(ops, fence);
    }

    @Override
    protected long waitTimeout(IssuerFence ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        asked.add(Op.WAIT);
        return super.waitTimeout(ops, fence, interruptible, timeoutNs);
    }

    @Override
    protected void released(DmaFence fence) {
        asked.add(Op.RELEASE);
        super.released(fence);
    }

    @Override
    protected void setDeadline(IssuerFence ops, long deadlineNs) {
        asked.add(Op.SET_DEADLINE);
        super.setDeadline(ops, deadlineNs);
    }
}
