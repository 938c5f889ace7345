package org.dmafence.bench;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/** Names only: the table of an independent fence. */
final class BenchOps extends FenceOps {
    @Override
    protected String driverName(DmaFence fence) {
        return "bench";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "loop";
    }
}
