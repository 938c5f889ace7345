package org.dmafence.amdgpu;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** A queue that a process feeds by itself; the driver only makes fences for it. */
final class UserqRing extends SimulatedRing {
    private final UserqFenceDriver driver;

    UserqRing(DriverContext context, RingSpec spec, FenceContext fences) {
        super(context, spec);
        driver = new UserqFenceDriver(context, spec.name(), fences, seqno -> hardwareTag(seqno, spec.name()));
    }

    UserqFenceDriver fenceDriver() {
        return driver;
    }

    @Override
    protected DmaFence emit(RingJob job, long seqno) {
        return driver.newFence(seqno);
    }

    @Override
    protected void retire(long seqno, @Nullable FenceError error) {
        driver.write(seqno, error);
    }

    @Override
    protected void interrupt() {
        driver.process();
    }

    @Override
    protected void forceCompletion(FenceError error) {
        driver.destroy(error);
    }
}
