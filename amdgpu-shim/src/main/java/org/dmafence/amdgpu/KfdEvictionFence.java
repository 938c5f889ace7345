package org.dmafence.amdgpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * As {@link EvictionFence}, for compute processes, and older: every fence holds a reference to its process's memory and
 * drops it in {@code release}, which keeps the table attached. Kernel counterpart: {@code amdgpu_amdkfd_fence.c}.
 *
 * <p>Enabling fails when the process is gone, and the core then signals the fence. The kernel gives it no error, which
 * makes it look as if the eviction had succeeded; here it is {@code -ESRCH}.
 */
final class KfdEvictionFence extends FenceOps {
    private final String task;
    private final FenceContext fences;

    /** The references of fences to the process's memory; kernel: those of {@code mm_struct}. */
    private final AtomicInteger memoryReferences = new AtomicInteger();

    private final LongAdder evictionsScheduled = new LongAdder();
    private volatile boolean processGone;

    KfdEvictionFence(String task, FenceContext fences) {
        super(Op.ENABLE_SIGNALING, Op.RELEASE);
        this.task = task;
        this.fences = fences;
    }

    void grabMemory() {
        memoryReferences.incrementAndGet();
    }

    /** Nothing can be evicted from now on. */
    void endProcess() {
        processGone = true;
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "amdgpu_amdkfd_fence";
    }

    @Override
    protected @Nullable String timelineName(DmaFence fence) {
        return fences.owns(fence) ? task : null;
    }

    @Override
    protected FenceTag tag(DmaFence fence) {
        return new FenceTag("eviction", FenceTag.NO_JOB, task);
    }

    @Override
    protected boolean enableSignaling(DmaFence fence) {
        if (!fences.owns(fence)) {
            return false;
        }
        if (fence.isSignaled()) {
            return true;
        }
        if (processGone) {
            fences.setError(fence, FenceError.ESRCH);
            return false;
        }
        evictionsScheduled.increment();
        return true;
    }

    @Override
    protected void release(DmaFence fence) {
        memoryReferences.decrementAndGet();
    }

    /** How many fences hold on to the process's memory. */
    int memoryReferences() {
        return memoryReferences.get();
    }

    /** How often eviction was asked for. */
    long evictionsScheduled() {
        return evictionsScheduled.sum();
    }
}
