package org.dmafence.sched;

import java.util.Objects;

/**
 * A client's wait for its queue to run empty, as stages: begun by {@link GpuScheduler#flush}, over when the entity is
 * idle or the client stops waiting, ended by {@link GpuScheduler#endFlush}. Nothing here blocks; a caller that wants to
 * sleeps until {@code whenIdle}, and in its own way.
 */
public final class SchedulerFlush {
    private final SchedulerEntity entity;
    private final Object user;
    private final Runnable whenIdle;
    private boolean idle;

    SchedulerFlush(SchedulerEntity entity, Object user, Runnable whenIdle) {
        this.entity = entity;
        this.user = Objects.requireNonNull(user, "user");
        this.whenIdle = Objects.requireNonNull(whenIdle, "whenIdle");
    }

    /** What is flushed. */
    public SchedulerEntity entity() {
        return entity;
    }

    /** Whether the queue was seen empty, or the entity killed. For the host. */
    public boolean isIdle() {
        return idle;
    }

    Object user() {
        return user;
    }

    /** Looks whether the entity is idle, and tells the client if so. */
    boolean check(Core core) {
        if (!idle && entity.isIdle()) {
            idle = true;
            core.guarded("the end of a flush of ", entity, whenIdle);
        }
        return idle;
    }
}
