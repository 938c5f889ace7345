package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how the next job is taken. Kernel counterparts: {@code drm_sched_select_entity()}, {@code
 * drm_sched_entity_pop_job()}.
 */
final class Selection {
    private final Core core;
    private int taken;

    Selection(Core core) {
        this.core = core;
    }

    /** How many jobs were ever taken, modulo 2^32. */
    int taken() {
        return taken;
    }

    /** Whether there are credits for a job. */
    boolean fits(SchedulerJob job) {
        int wanted = core.creditsOf(job);
        int limit = core.creditLimit;
        if (wanted > limit && job.charge != limit) {
            core.warn(job + " takes " + wanted + " credits of " + limit + "; it is charged all there are");
        }
        int charge = Math.min(wanted, limit);
        job.charge = charge;
        return limit - core.usedCredits() >= charge;
    }

    /** Takes the head job of an entity, false if it has to wait first. */
    boolean take(SchedulerEntity entity) {
        SchedulerJob job = entity.head();
        for (DmaFence next = nextDependency(job); next != null; next = nextDependency(job)) {
            if (mustWait(entity, job, next)) {
                return false;
            }
        }
        GuiltyFlag guilty = entity.guilty();
        if (guilty != null && guilty.isGuilty()) {
            job.fence().setError(FenceError.ECANCELED);
        }
        entity.progress().lastScheduled(job.finished());
        entity.queue().pollFirst();
        core.queues.of(entity).served(entity);
        taken++;
        return true;
    }

    /** One known dependency after the other, then what the driver prepares; {@code null} when the job is ready. */
    private @Nullable DmaFence nextDependency(SchedulerJob job) {
        DmaFence known = job.waits().take();
        if (known != null) {
            return known;
        }
        job.prepared(null);
        return job.prepared(core.prepare(job));
    }

    private boolean mustWait(SchedulerEntity entity, SchedulerJob job, DmaFence dependency) {
        if (core.isTraced()) {
            core.trace(listener -> listener.jobLooksAt(job, dependency));
        }
        if (entity.timeline().owns(dependency)) {
            return false; // an earlier job of the same queue
        }
        DmaFence target = pipelined(dependency);
        if (target.isSignaled()) {
            return false;
        }
        if (core.isTraced()) {
            core.trace(listener -> {
                if (!target.pollSignaled()) {
                    listener.jobUnschedulable(job, target);
                }
            });
        }
        DependencyWait wait = new DependencyWait(core, entity, target);
        entity.waitWith(wait);
        core.queues.of(entity).settle(entity);
        if (wait.begin()) {
            return true;
        }
        entity.waitWith(null);
        core.queues.of(entity).settle(entity);
        return false;
    }

    /** A job of the same scheduler needs only to be on the hardware before: its {@code scheduled} fence will do. */
    private DmaFence pipelined(DmaFence dependency) {
        SchedulerFence pair = dependency.errno() == 0 ? SchedulerFence.of(dependency) : null;
        return pair != null && pair.isOf(core.identity) && !dependency.userBit(SchedulerTimeline.DONT_PIPELINE)
                ? pair.scheduled()
                : dependency;
    }
}
