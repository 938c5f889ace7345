package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/** A driver that tells when it is asked to enable signalling. */
final class EnableOps extends FenceOps {
    private final Runnable onEnable;

    EnableOps(Runnable onEnable) {
        super(Op.ENABLE_SIGNALING);
        this.onEnable = onEnable;
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "enable";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "enable-ring";
    }

    @Override
    protected boolean enableSignaling(DmaFence fence) {
        onEnable.run();
        return true;
    }
}
