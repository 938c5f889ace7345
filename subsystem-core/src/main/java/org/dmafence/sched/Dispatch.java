package org.dmafence.sched;

import org.dmafence.fence.FenceError;
import org.dmafence.sched.SubmitQueue.Work;

/**
 * Takes the next job from its entity and hands it out; one that can't be handed out ends. Kernel counterpart: the run
 * worker.
 */
final class Dispatch {
    private final Core core;
    private final Selection selection;

    Dispatch(Core core) {
        this.core = core;
        selection = new Selection(core);
    }

    /** How many jobs were taken so far. */
    int taken() {
        return selection.taken();
    }

    void runOne() {
        SchedulerEntity entity = core.queues.firstReady();
        if (entity == null) {
            return;
        }
        SchedulerJob job = entity.head();
        try {
            if (!selection.fits(job)) {
                return; // and nobody overtakes it
            }
            if (selection.take(entity)) {
                handOut(entity, job);
            }
        } catch (Throwable e) { // out of memory, and one job is no reason to end the others
            fail(entity, job, e);
        }
        core.work.queue(Work.RUN);
    }

    private void handOut(SchedulerEntity entity, SchedulerJob job) {
        try {
            core.charge(job);
            boolean alone = core.pending.add(job);
            core.timeouts.restart();
            if (core.isTraced()) {
                core.trace(listener -> listener.jobRun(job, entity.queued(), core.usedCredits()));
            }
            job.newRun(false);
            if (alone) {
                core.runOut(job);
            } else {
                job.end(FenceError.EINVAL);
                core.warn(
                        job
                                + " has the id of a job that is on the ring; it ends with EINVAL. Use another id while that runs");
            }
        } finally {
            entity.progress().served();
        }
        core.ends.checkFlushes();
    }

    /** Ends a job that could not be taken from its entity, or not be handed out. */
    private void fail(SchedulerEntity entity, SchedulerJob job, Throwable cause) {
        DependencyWait wait = entity.waiting();
        if (wait != null) {
            wait.cancel(); // if it is posted already, the entity does not wait for it any more
            entity.waitWith(null);
            core.queues.of(entity).settle(entity);
        }
        if (entity.queue().remove(job)) {
            core.queues.of(entity).served(entity);
            entity.progress().served();
        }
        core.onDone(job);
        core.giveUp(job, cause);
    }
}
