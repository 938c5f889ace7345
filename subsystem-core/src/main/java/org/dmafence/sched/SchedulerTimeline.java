package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.FenceRuntime;

/**
 * The two fence contexts of an entity, C for {@code scheduled} and C+1 for {@code finished}, and the sequence numbers they
 * share. All that its fences know of the scheduler is here, so that they keep neither it nor its ring alive: the kernel's
 * fences dereference the scheduler for their name and force it to outlive them.
 */
final class SchedulerTimeline {
    /** Tells schedulers apart, without leading to one. */
    final Object scheduler;

    final String schedulerName;
    final FenceContext scheduled;
    final FenceContext finished;

    /** Touched by the entity's submitter only. */
    private long lastSeqno;

    SchedulerTimeline(FenceRuntime runtime, Object scheduler, String schedulerName) {
        this.scheduler = scheduler;
        this.schedulerName = schedulerName;
        FenceLock lock = FenceLock.shared();
        long context = runtime.allocateContexts(2);
        scheduled = FenceContext.builder(runtime)
                .id(context)
                .name(schedulerName)
                .lock(lock)
                .build();
        finished = FenceContext.builder(runtime)
                .id(context + 1)
                .name(schedulerName)
                .lock(lock)
                .build();
    }

    long nextSeqno() {
        return ++lastSeqno;
    }

    boolean owns(DmaFence fence) {
        return fence.context() == scheduled.id() || fence.context() == finished.id();
    }
}
