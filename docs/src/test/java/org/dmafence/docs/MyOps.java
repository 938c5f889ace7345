package org.dmafence.docs;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

final class MyOps extends FenceOps {
    @Override
    protected String driverName(DmaFence fence) {
        return "my-driver";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "my-timeline";
    }
}
