package org.dmafence.sched;

import org.dmafence.fence.FenceError;
import org.dmafence.sched.SubmitQueue.Work;

/**
 * How an armed job comes into its entity's queue; whatever fails, it ends. Kernel counterpart: {@code
 * drm_sched_entity_push_job()}.
 */
final class JobPush {
    private final GpuScheduler scheduler;
    private final Core core;

    JobPush(GpuScheduler scheduler, Core core) {
        this.scheduler = scheduler;
        this.core = core;
    }

    /**
     * Queues a job.
     *
     * @throws SchedulerException as {@link GpuScheduler#push}
     */
    void push(SchedulerJob job) {
        refuseMisplaced(job);
        SchedulerEntity entity = job.entity();
        job.pushed = true;
        if (core.isTornDown()) {
            entity.progress().served();
            core.end(job, FenceError.ECANCELED);
            core.free(job);
            throw new SchedulerException(FenceError.ECANCELED, job + " was pushed to a torn-down scheduler");
        }
        if (core.isTraced()) {
            core.trace(listener -> {
                listener.jobQueued(job, entity.queued(), core.usedCredits());
                job.dependencies().forEach(dependency -> listener.jobDependsOn(job, dependency));
            });
        }
        try {
            entity.queue().addLast(job);
            if (entity.queued() == 1 && !entity.isKilled()) {
                core.list(entity);
                core.queues.of(entity).join(entity);
            }
        } catch (Throwable e) { // out of memory, and nobody else knows the job
            entity.queue().remove(job);
            entity.progress().served();
            core.end(job, FenceError.ENOMEM);
            core.free(job);
            throw e;
        }
        core.score(1);
        entity.lastUser(job.submitter());
        if (entity.isKilled()) {
            if (!entity.isWaiting()) {
                core.ends.killQueued(entity);
            }
            throw new SchedulerException(FenceError.ESRCH, job + " was pushed to a killed entity");
        }
        if (entity.queued() == 1) {
            core.work.queue(Work.RUN);
        }
    }

    private void refuseMisplaced(SchedulerJob job) {
        if (!job.isArmed()) {
            throw job.outOfOrder("was pushed to " + scheduler.name() + " without being armed");
        }
        if (job.scheduler() != scheduler) {
            throw job.outOfOrder("was pushed to " + scheduler.name() + ", which is not its scheduler");
        }
        if (job.pushed) {
            throw job.outOfOrder("was pushed to " + scheduler.name() + " twice");
        }
    }
}
