package org.dmafence.stress.sync;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;

/** A driver that makes plain fences; one context for the whole JVM, and nobody reads the reports. */
final class Submitter extends FenceOps {
    static final FenceRuntime RUNTIME =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();
    static final FenceContext CONTEXT = FenceContext.builder(RUNTIME).build();

    private Submitter() {}

    static DmaFence fence() {
        return CONTEXT.newFence(new Submitter(), 1);
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "driver";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "timeline";
    }
}
