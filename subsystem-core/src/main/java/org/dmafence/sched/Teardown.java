package org.dmafence.sched;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * The end of a scheduler: nobody is left waiting. Kernel counterpart: {@code drm_sched_fini()}.
 *
 * <p>Every job is ended before any is freed. Freeing runs drivers' code, an unloaded one's tombstone or a port that
 * throws included, and may drop the last reference to a fence that another job of the same end depends on; whatever
 * becomes of that, all who wait have been told by then.
 */
final class Teardown {
    private final Core core;
    private final @Nullable FenceError error;

    Teardown(Core core, @Nullable FenceError error) {
        this.core = core;
        this.error = error;
    }

    /** Ends everything; tells how many jobs there were. */
    int run() {
        core.work.pause();
        SchedulerJob askedAbout = core.timeouts.takeOpen();
        core.timeouts.cancel();
        List<SchedulerJob> left = new ArrayList<>();
        if (core.canCancel()) {
            cancelPending(left);
        }
        if (askedAbout != null && !askedAbout.pending && !askedAbout.freed) {
            left.add(askedAbout);
        }
        left.addAll(core.pending.takeAll());
        left.addAll(core.ends.takeDying());
        core.queues.entities().forEach(entity -> left.addAll(takeQueued(entity)));
        core.markTornDown();
        left.forEach(this::end);
        core.ends.checkFlushes();
        left.forEach(this::free);
        return left.size();
    }

    /** The latest first, as the kernel does. */
    private void cancelPending(List<SchedulerJob> left) {
        List<SchedulerJob> pending = new ArrayList<>(core.pending.takeListed());
        Collections.reverse(pending);
        for (SchedulerJob job : pending) {
            try {
                core.port.cancel(job);
            } catch (Throwable e) {
                core.report("cancel of ", job, e);
            }
            end(job);
            left.add(job);
        }
    }

    private void end(SchedulerJob job) {
        core.end(job, error);
        core.countTearDown();
    }

    private void free(SchedulerJob job) {
        core.free(job);
        core.countTearDown();
    }

    private List<SchedulerJob> takeQueued(SchedulerEntity entity) {
        core.queues.of(entity).remove(entity);
        DependencyWait wait = entity.waiting();
        if (wait != null) {
            wait.cancel();
            entity.waitWith(null);
        }
        List<SchedulerJob> jobs = new ArrayList<>(entity.queued());
        for (SchedulerJob job = entity.queue().pollFirst();
                job != null;
                job = entity.queue().pollFirst()) {
            jobs.add(job);
            entity.progress().served();
        }
        return jobs;
    }
}
