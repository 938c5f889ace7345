package org.dmafence.i915;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/**
 * A buffer move that the CPU does. Names only, so its fences detach when they signal and are independent of this
 * module: the only ones of i915 that are. Kernel counterpart: {@code dma_fence_memcpy_ops}.
 */
final class MemcpyFence extends FenceOps {
    @Override
    protected String driverName(DmaFence fence) {
        return "i915_ttm_memcpy_work";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "unbound";
    }
}
