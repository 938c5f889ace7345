package org.dmafence.sched;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;

/** How entities end: flushed, killed, finished. Kernel counterpart: the second half of {@code sched_entity.c}. */
final class EntityEnd {
    private final Core core;
    private final List<SchedulerFlush> flushes = new ArrayList<>();

    /** Jobs of killed entities that have not ended yet. */
    private final Set<JobKill> dying = new LinkedHashSet<>();

    /** Killed entities whose jobs can't begin to end before the event of their wait has come. */
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
        if (!entity.isKilled()) {
            entity.markKilled();
            core.unlist(entity);
            core.queues.of(entity).remove(entity);
        }
        DependencyWait wait = entity.waiting();
        if (wait == null || wait.cancel()) {
            entity.waitWith(null);
            killQueued(entity);
        } else {
            unheard.add(entity); // the event goes on from here: one event for a job at a time
        }
        checkFlushes();
    }

    /** Has the queued jobs of a killed entity end one after the other, behind what it has on the hardware. */
    void killQueued(SchedulerEntity entity) {
        unheard.remove(entity);
        DmaFence before = entity.lastScheduled();
        for (JobKill earlier : dying) {
            if (earlier.job.entity() == entity) {
                before = earlier.job.finished();
            }
        }
        while (entity.queued() > 0) {
            SchedulerJob job = entity.queue().removeFirst();
            entity.progress().served();
            job.waits().rewind();
            JobKill kill = new JobKill(core, job);
            dying.add(kill);
            kill.after(before);
            before = job.finished();
        }
    }

    void onKill(JobKill kill) {
        if (dying.contains(kill) && kill.advance()) {
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
