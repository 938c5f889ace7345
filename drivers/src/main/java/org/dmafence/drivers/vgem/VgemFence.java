package org.dmafence.drivers.vgem;

import org.dmafence.driver.DriverContext;
import org.dmafence.drivers.DriverTimers;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/** One fence of vgem, in a context of its own. Kernel counterpart: {@code struct vgem_fence}. */
final class VgemFence {
    /** How long a fence lives without being signalled. */
    static final long EXPIRY_NS = 10_000_000_000L;

    static final String DRIVER = "vgem";
    static final String TIMELINE = "unbound";

    private final FenceContext context;
    private final DmaFence fence;

    private VgemFence(FenceContext context, DmaFence fence) {
        this.context = context;
        this.fence = fence;
    }

    /** A fence with one reference, whose timer is armed. */
    static VgemFence create(DriverContext driver, DriverTimers timers) {
        FenceContext context = driver.newContext(TIMELINE).build();
        Ops ops = new Ops();
        VgemFence made = new VgemFence(context, context.newFence(ops, 1));
        ops.expiry = timers.arm(driver.runtime().clock().nanoTime() + EXPIRY_NS, made::expire);
        return made;
    }

    DmaFence fence() {
        return fence;
    }

    void signal(@Nullable FenceError error) {
        if (error == null) {
            context.signal(fence);
        } else {
            context.signal(fence, error);
        }
    }

    private void expire() {
        // The last release may be deleting the timer right now, and no longer find it.
        if (fence.tryRetain()) {
            context.signal(fence);
            fence.release();
        }
    }

    private static final class Ops extends FenceOps {
        DriverTimers.@Nullable Timer expiry;

        Ops() {
            super(Op.RELEASE);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return DRIVER;
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return TIMELINE;
        }

        @Override
        protected void release(DmaFence fence) {
            if (expiry != null) {
                expiry.cancel();
            }
        }
    }
}
