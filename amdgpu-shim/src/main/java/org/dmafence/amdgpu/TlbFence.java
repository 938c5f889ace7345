package org.dmafence.amdgpu;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/**
 * A flush of translations. Names only, hence independent once signalled. Kernel counterpart:
 * {@code amdgpu_tlb_fence.c}.
 */
final class TlbFence extends FenceOps {
    @Override
    protected String driverName(DmaFence fence) {
        return "amdgpu tlb fence";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "amdgpu tlb timeline";
    }
}
