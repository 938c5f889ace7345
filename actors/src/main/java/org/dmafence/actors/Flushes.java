package org.dmafence.actors;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerFlush;

/** The clients that wait for their entity's queue to run empty. The scheduler's actor alone uses it. */
final class Flushes {
    private static final class Waiting {
        final SchedulerFlush flush;
        final boolean dying;
        final CompletableFuture<Boolean> reply;
        boolean late;
        long timer;

        Waiting(SchedulerFlush flush, boolean dying, CompletableFuture<Boolean> reply) {
            this.flush = flush;
            this.dying = dying;
            this.reply = reply;
        }
    }

    private final List<Waiting> waiting = new ArrayList<>();
    private final Timers timers;

    Flushes(Timers timers) {
        this.timers = timers;
    }

    /**
     * Begins a wait.
     *
     * @param reply whether the queue ran empty in time
     */
    void begin(
            GpuScheduler scheduler,
            SchedulerEntity entity,
            long patienceNs,
            boolean dying,
            CompletableFuture<Boolean> reply) {
        // The answer is not given from within a scheduler's call, but between calls.
        Waiting begun = new Waiting(scheduler.flush(entity, entity.client(), () -> {}), dying, reply);
        if (patienceNs <= 0 || begun.flush.isIdle()) {
            end(scheduler, begun);
            return;
        }
        waiting.add(begun);
        begun.timer = timers.after(patienceNs, () -> begun.late = true);
    }

    private static void end(GpuScheduler scheduler, Waiting one) {
        scheduler.endFlush(one.flush, one.dying);
        one.reply.complete(one.flush.isIdle());
    }

    /** Ends the waits that are over. */
    void answer(GpuScheduler scheduler) {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (one.late || one.flush.isIdle()) {
                all.remove();
                timers.cancel(one.timer); // or the actor would tick until then
                end(scheduler, one);
            }
        }
    }
}
