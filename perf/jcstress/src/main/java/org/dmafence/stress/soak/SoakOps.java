package org.dmafence.stress.soak;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/** The table of the workers' fences, and the base of the driver's. */
class SoakOps extends FenceOps {
    SoakOps(Op... implemented) {
        super(implemented);
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "soak";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "soak-timeline";
    }
}
