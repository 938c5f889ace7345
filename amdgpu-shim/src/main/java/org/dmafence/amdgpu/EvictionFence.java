package org.dmafence.amdgpu;

import java.util.concurrent.atomic.LongAdder;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;
import org.dmafence.trace.FenceTag;

/**
 * Keeps a process's buffers in place until somebody else wants the memory. To enable signalling is to ask for the
 * process's queues to be suspended, and the fence signals when they are. The ring's job stands for that work. Detaches,
 * because its only optional op is {@code enable_signaling}. Kernel counterpart: {@code amdgpu_eviction_fence.c}.
 */
final class EvictionFence extends FenceOps {
    private final String task;
    private final LongAdder suspendsScheduled = new LongAdder();

    /** @param task the process's name */
    EvictionFence(String task) {
        super(Op.ENABLE_SIGNALING);
        this.task = task;
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "amdgpu_eviction_fence";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return task;
    }

    @Override
    protected FenceTag tag(DmaFence fence) {
        return new FenceTag("eviction", FenceTag.NO_JOB, task);
    }

    @Override
    protected boolean enableSignaling(DmaFence fence) {
        suspendsScheduled.increment();
        return true;
    }

    /** How often suspension was asked for. */
    long suspendsScheduled() {
        return suspendsScheduled.sum();
    }
}
