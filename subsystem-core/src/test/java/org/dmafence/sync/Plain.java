package org.dmafence.sync;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;

/** Ops with short names and nothing else. */
final class Plain extends FenceOps {
    static DmaFence fence(FenceRuntime runtime, long context, long seqno) {
        return FenceContext.builder(runtime).id(context).build().newFence64(new Plain(), seqno);
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "d";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "t";
    }
}
