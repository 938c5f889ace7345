package org.dmafence.sched;

import org.jspecify.annotations.Nullable;

/**
 * By virtual time. Kernel counterpart: the {@code vruntime} functions of {@code sched_rq.c}:
 * {@code drm_sched_entity_restore_vruntime()} is {@link #join}, {@code drm_sched_entity_update_vruntime()} is {@link
 * #next}, {@code drm_sched_entity_save_vruntime()} is {@link #left}.
 *
 * <p>An entity that leaves takes along how far it was ahead of the least served one, and comes back that far ahead of
 * the one that is least served then; so sleeping saves up nothing. An entity that comes back level with the head is put
 * a little before or after it: a higher priority before, a lower one after by an average job, an equal one before if
 * its jobs are no longer than average.
 */
final class FairOrder implements RunOrder {
    private static final long US = 1_000;

    private final TimeAverage schedulerAverage;

    FairOrder(TimeAverage schedulerAverage) {
        this.schedulerAverage = schedulerAverage;
    }

    @Override
    public long join(RunQueue queue, SchedulerEntity entity) {
        EntityStats stats = entity.stats();
        long ahead = stats.vruntimeNs();
        SchedulerPriority head = queue.headPriority();
        if (ahead == 0 && head != null) {
            ahead = besideHead(entity, head);
        }
        long key = least(queue) + ahead;
        stats.vruntimeNs(key);
        return key;
    }

    private long besideHead(SchedulerEntity entity, SchedulerPriority head) {
        long own = entity.stats().averageJobUs();
        int lower = entity.priority().level() - head.level();
        if (lower > 0) {
            return entity.priority().weigh((1 + own + schedulerAverage.us()) * US);
        }
        if (lower < 0) {
            return lower;
        }
        return Long.compareUnsigned(own, schedulerAverage.us()) <= 0 ? -1 : 1;
    }

    @Override
    public long next(RunQueue queue, SchedulerEntity entity) {
        return entity.stats().advance(entity.priority());
    }

    @Override
    public void left(RunQueue queue, SchedulerEntity entity) {
        long least = least(queue);
        long own = entity.stats().vruntimeNs();
        entity.stats().vruntimeNs(ahead(own, least));
    }

    /**
     * The numbers may be that far apart after errors that their difference overflows; it does so in the kernel as well.
     */
    static long ahead(long own, long least) {
        return least != 0 && own > least ? own - least : 0;
    }

    private static long least(RunQueue queue) {
        @Nullable SchedulerEntity head = queue.head();
        return head == null ? 0 : head.stats().vruntimeNs();
    }
}
