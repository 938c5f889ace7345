package org.dmafence.i915;

import java.util.concurrent.atomic.LongAdder;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;

/**
 * A fence beside a chain of dependencies that is torn down with it, which takes a release op: asynchronous work, and the
 * unbinding of memory. Kernel counterpart: the tables of {@code i915_sw_fence_work.c} and {@code i915_vma_resource.c}.
 */
final class ChainedFence extends FenceOps {
    private final String driver;
    private final String timeline;

    /** Chains torn down so far; written by whoever drops a last reference. */
    private final LongAdder released = new LongAdder();

    private ChainedFence(String driver, String timeline) {
        super(Op.RELEASE);
        this.driver = driver;
        this.timeline = timeline;
    }

    /** Work named after its operation, which the ring's name stands for. Kernel counterpart: {@code dma_fence_work}. */
    static AuxiliaryRing workRing(DriverContext context, RingSpec spec) {
        String operation = spec.name().isEmpty() ? "work" : spec.name();
        return new AuxiliaryRing(context, spec, new ChainedFence("dma-fence", operation));
    }

    /** Unbinding of memory. Kernel counterpart: {@code i915_vma_resource}. */
    static AuxiliaryRing vmaResourceRing(DriverContext context, RingSpec spec) {
        return new AuxiliaryRing(context, spec, new ChainedFence("vma unbind fence", "unbound"));
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
