package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * How far an entity's host has come with its jobs. Apart from the entity, because it is written with each job and the
 * submitter reads the entity with each.
 */
final class EntityProgress {
    /*
     *   field          written by         read by          mode
     *   served         the host           the submitter    release / acquire
     *   abandoned      who abandons       the submitter    atomic add, acquire
     *   lastScheduled  the host           anybody          release / acquire
     *
     * Several schedulers' hosts may serve an entity, but only one at a time: it moves when everything was served.
     */
    private long served;
    private long abandoned;

    /**
     * {@code finished} of the job handed out last. Without a reference, which the kernel takes: the job has one until
     * it has signalled, and what is asked of it later needs none. An entity that nobody finishes pins no driver's fence
     * that way.
     */
    private @Nullable DmaFence lastScheduled;

    /** A job left the queue. After whatever its end changed in the entity; for the host. */
    void served() {
        SERVED.setRelease(this, served + 1); // pairs with through
    }

    /** A job never came to the queue. Any thread. */
    void abandoned() {
        long unused = (long) ABANDONED.getAndAdd(this, 1L);
    }

    /** How many jobs no host will touch any more. */
    long through() {
        return (long) SERVED.getAcquire(this) + (long) ABANDONED.getAcquire(this);
    }

    @Nullable DmaFence lastScheduled() {
        return (DmaFence) LAST_SCHEDULED.getAcquire(this);
    }

    void lastScheduled(@Nullable DmaFence finished) {
        LAST_SCHEDULED.setRelease(this, finished); // the fence's fields before the reference; pairs with lastScheduled
    }

    private static final VarHandle SERVED;
    private static final VarHandle ABANDONED;
    private static final VarHandle LAST_SCHEDULED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SERVED = lookup.findVarHandle(EntityProgress.class, "served", long.class);
            ABANDONED = lookup.findVarHandle(EntityProgress.class, "abandoned", long.class);
            LAST_SCHEDULED = lookup.findVarHandle(EntityProgress.class, "lastScheduled", DmaFence.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
