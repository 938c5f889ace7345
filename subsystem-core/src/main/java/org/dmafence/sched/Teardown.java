package org.dmafence.sched;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** The end of a scheduler: nobody is left waiting. Kernel counterpart: {@code drm_sched_fini()}. */
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
        int canceled = core.port.canCancel() ? cancelPending() : 0;
        ArrayDeque<SchedulerJob> left = new ArrayDeque<>();
        if (askedAbout != null && !askedAbout.pending && !askedAbout.freed) {
            left.add(askedAbout);
        }
        left.addAll(core.pending.takeAll());
        left.addAll(core.ends.takeDying());
        core.queues.entities().forEach(entity -> left.addAll(takeQueued(entity)));
        core.markTornDown();
        left.forEach(job -> core.end(job, error));
        core.ends.checkFlushes();
        return canceled + left.size();
    }

    /** The latest first, as the kernel does. */
    private int cancelPending() {
        int count = 0;
        for (Iterator<SchedulerJob> jobs = core.pending.inReverse(); jobs.hasNext(); count++) {
            SchedulerJob job = jobs.next();
            core.guarded("cancel of " + job, () -> core.port.cancel(job));
            jobs.remove();
            job.pending = false;
            core.end(job, error);
        }
        return count;
    }

    private List<SchedulerJob> takeQueued(SchedulerEntity entity) {
        core.queues.of(entity).remove(entity);
        DependencyWait wait = entity.waiting();
        if (wait != null) {
            wait.cancel();
            entity.waitWith(null);
        }
        List<SchedulerJob> jobs = List.copyOf(entity.queue());
        entity.queue().clear();
        jobs.forEach(job -> entity.progress().served());
        return jobs;
    }
}
