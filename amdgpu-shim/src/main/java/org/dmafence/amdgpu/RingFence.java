package org.dmafence.amdgpu;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;
import org.dmafence.trace.FenceTag;

/**
 * The table of a ring's fences; one serves them all, its payload is the ring. Kernel counterpart:
 * {@code amdgpu_fence_ops}.
 *
 * <p>There is no {@code signaled} op: a thread that only polls, without enabling, sees the fence signalled after the
 * interrupt.
 */
final class RingFence extends FenceOps {
    private final FenceDriver driver;

    private RingFence(FenceDriver driver, Op... ops) {
        super(ops);
        this.driver = driver;
    }

    /** As it is in the kernel: with a release, which keeps the module. */
    static RingFence withRelease(FenceDriver driver) {
        return new RingFence(driver, Op.ENABLE_SIGNALING, Op.RELEASE);
    }

    /** As the series wants it: dropped when the fence signals. */
    static RingFence independent(FenceDriver driver) {
        return new RingFence(driver, Op.ENABLE_SIGNALING);
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "amdgpu";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return driver.ringName();
    }

    @Override
    protected FenceTag tag(DmaFence fence) {
        return driver.tag((int) fence.seqno());
    }

    /** Interrupts are always on; the timer is for the one that gets lost. */
    @Override
    protected boolean enableSignaling(DmaFence fence) {
        driver.armFallback();
        return true;
    }

    @Override
    protected void release(DmaFence fence) {
        driver.freeAfterGracePeriod();
    }
}
