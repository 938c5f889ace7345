package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;

/**
 * An entity's wait for one fence; posts itself when that has signalled. A new one for each wait.
 *
 * <p>The side that sets {@code over} by CAS, the callback or the host, decides whether it is posted. So the host need
 * not wait for a callback that runs after somebody else's.
 */
final class DependencyWait extends FenceCallback implements SchedulerEvent {
    final SchedulerEntity entity;
    private final Core core;
    private final DmaFence fence;
    private boolean over;

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
        if (!OVER.compareAndSet(this, false, true)) {
            return false;
        }
        boolean unused = fence.withdrawCallback(this);
        return true;
    }

    @Override
    protected void onSignaled(DmaFence signaled) {
        if (OVER.compareAndSet(this, false, true)) {
            core.post(this);
        }
    }

    private static final VarHandle OVER;

    static {
        try {
            OVER = MethodHandles.lookup().findVarHandle(DependencyWait.class, "over", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
