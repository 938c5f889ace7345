package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;

/** An entity's wait for one fence; posts itself when that has signalled. A new one for each wait. */
final class DependencyWait extends FenceCallback implements SchedulerEvent {
    final SchedulerEntity entity;
    private final Core core;
    private final DmaFence fence;

    DependencyWait(Core core, SchedulerEntity entity, DmaFence fence) {
        this.core = core;
        this.entity = entity;
        this.fence = fence;
    }

    DmaFence fence() {
        return fence;
    }

    /** False if the fence has signalled, and there is nothing to wait for. */
    boolean begin() {
        return fence.addCallback(this);
    }

    /** True if the wait is off; false if it was posted already. */
    boolean cancel() {
        return fence.removeCallback(this);
    }

    @Override
    protected void onSignaled(DmaFence signaled) {
        core.post(this);
    }
}
