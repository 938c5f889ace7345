package org.dmafence.i915;

import java.util.concurrent.atomic.LongAdder;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/**
 * A fence beside a chain of dependencies that is torn down with it, which takes a release op: asynchronous work, and
 * the unbinding of memory. Kernel counterpart: the tables of {@code i915_sw_fence_work.c} and
 * {@code i915_vma_resource.c}.
 */
final class ChainedFence extends FenceOps {
    private final String driver;
    private final String timeline;

    /** Chains torn down so far; written by the thread that drops a last reference. */
    private final LongAdder released = new LongAdder();

    private ChainedFence(String driver, String timeline) {
        super(Op.RELEASE);
        this.driver = driver;
        this.timeline = timeline;
    }

    /**
     * Asynchronous work. Kernel counterpart: {@code dma_fence_work}.
     *
     * @param operation what it does, {@code work} if that is empty
     */
    static ChainedFence work(String operation) {
        return new ChainedFence("dma-fence", operation.isEmpty() ? "work" : operation);
    }

    /** The unbinding of memory. Kernel counterpart: {@code i915_vma_resource}. */
    static ChainedFence vmaResource() {
        return new ChainedFence("vma unbind fence", "unbound");
    }

    @Override
    protected String driverName(DmaFence fence) {
        return driver;
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return timeline;
    }

    @Override
    protected void release(DmaFence fence) {
        released.increment();
    }

    long released() {
        return released.sum();
    }
}
