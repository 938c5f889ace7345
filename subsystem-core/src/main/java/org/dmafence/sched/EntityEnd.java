package org.dmafence.sched;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** How entities end: flushed, killed, finished. Kernel counterpart: the second half of {@code sched_entity.c}. */
final class EntityEnd {
    private final Core core;
    private final List<SchedulerFlush> flushes = new ArrayList<>();

    /** Jobs of killed entities that have not ended yet. */
    private final Set<JobKill> dying = new LinkedHashSet<>();

    /** Killed entities that have jobs which don't end yet, as when the event of their wait has to come first. */
    private final Set<SchedulerEntity> unheard = new LinkedHashSet<>();

    EntityEnd(Core core) {
        this.core = core;
    }

    SchedulerFlush flush(SchedulerEntity entity, Object user, Runnable whenIdle) {
        SchedulerFlush flush = new SchedulerFlush(entity, user, whenIdle);
        if (!flush.check(core)) {
            flushes.add(flush);
        }
        return flush;
    }

    void endFlush(SchedulerFlush flush, boolean killed) {
        flushes.remove(flush);
        SchedulerEntity entity = flush.entity();
        Object last = entity.lastUser();
        boolean others = last != null && !last.equals(flush.user());
        if (!others) {
            entity.lastUser(null);
            if (killed) {
                kill(entity);
            }
        }
    }

    void checkFlushes() {
        if (!flushes.isEmpty()) {
            flushes.removeIf(flush -> flush.check(core));
        }
    }

    void kill(SchedulerEntity entity) {
        DependencyWait wait = entity.waiting();
        unheard.add(entity); // before it is on no other list, for there may be no memory
        if (!entity.isKilled()) {
            entity.markKilled();
            core.unlist(entity);
            core.queues.of(entity).remove(entity);
        }
        if (wait == null || wait.cancel()) {
            entity.waitWith(null);
            killQueued(entity);
        } // else the event goes on from here: one event for a job at a time
        checkFlushes();
    }

    /** Has the queued jobs of a killed entity end one after the other, after what it has on the hardware. */
    void killQueued(SchedulerEntity entity) {
        try {
            beginEnds(entity);
        } catch (Throwable e) { // out of memory, and nobody else would end the others
            for (SchedulerJob job = entity.queue().pollFirst();
                    job != null;
                    job = entity.queue().pollFirst()) {
                entity.progress().served();
                core.giveUp(job, e);
            }
        }
        unheard.remove(entity);
    }

    private void beginEnds(SchedulerEntity entity) {
        DmaFence before = entity.lastScheduled();
        for (JobKill earlier : dying) {
            if (earlier.job.entity() == entity) {
                before = earlier.job.finished();
            }
        }
        for (SchedulerJob job = entity.queue().pollFirst();
                job != null;
                job = entity.queue().pollFirst()) {
            entity.progress().served();
            if (beginEnd(job, before)) {
                before = job.finished();
            }
        }
    }

    /**
     * Has a job end after a fence; false if it has ended at once, as it does when there is no memory for anything
     * better.
     */
    private boolean beginEnd(SchedulerJob job, @Nullable DmaFence before) {
        JobKill kill = null;
        try {
            job.waits().rewind();
            kill = new JobKill(core, job);
            dying.add(kill);
            kill.after(before);
            return true;
        } catch (Throwable e) {
            if (kill != null) {
                dying.remove(kill);
            }
            core.giveUp(job, e);
            return false;
        }
    }

    void onKill(JobKill kill) {
        if (!dying.contains(kill)) {
            return;
        }
        boolean over;
        try {
            over = kill.advance();
        } catch (Throwable e) { // it can't wait any longer
            core.report("end with its entity of ", kill.job, e);
            over = true;
        }
        if (over) {
            dying.remove(kill);
            core.end(kill.job, FenceError.ESRCH); // nobody else would end it any more
            core.free(kill.job);
        }
    }

    void fini(SchedulerEntity entity) {
        kill(entity);
        entity.progress().lastScheduled(null);
    }

    /** Hands over the jobs of killed entities, and calls off their waits. */
    List<SchedulerJob> takeDying() {
        for (SchedulerEntity entity : List.copyOf(unheard)) {
            entity.waitWith(null);
            killQueued(entity);
        }
        List<SchedulerJob> jobs = new ArrayList<>();
        for (JobKill kill : dying) {
            kill.cancel();
            jobs.add(kill.job);
        }
        dying.clear();
        return jobs;
    }
}
