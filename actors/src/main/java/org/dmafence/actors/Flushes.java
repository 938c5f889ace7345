package org.dmafence.actors;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerFlush;

/** The clients that wait for their entity's queue to run empty. The scheduler's agent alone uses it. */
final class Flushes {
    private static final long NO_TIMER = -1;

    private static final class Waiting {
        final SchedulerFlush flush;
        final boolean dying;
        final CompletableFuture<Boolean> reply;
        final BooleanSupplier forgotten;
        long timer = NO_TIMER;
        boolean late;

        Waiting(SchedulerFlush flush, boolean dying, CompletableFuture<Boolean> reply, BooleanSupplier forgotten) {
            this.flush = flush;
            this.dying = dying;
            this.reply = reply;
            this.forgotten = forgotten;
        }

        boolean isOver() {
            return late || flush.isIdle() || forgotten.getAsBoolean();
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
     * @param forgotten whether nobody waits for the reply any more; then the agent is to be poked
     */
    void begin(
            GpuScheduler scheduler,
            SchedulerEntity entity,
            long patienceNs,
            boolean dying,
            CompletableFuture<Boolean> reply,
            BooleanSupplier forgotten) {
        // The answer is not given from within a scheduler's call, but between calls.
        Waiting begun = new Waiting(scheduler.flush(entity, entity.client(), () -> {}), dying, reply, forgotten);
        if (patienceNs <= 0 || begun.isOver()) {
            end(scheduler, begun);
            return;
        }
        waiting.add(begun);
        begun.timer = timers.after(patienceNs, () -> begun.late = true);
    }

    private void end(GpuScheduler scheduler, Waiting one) {
        timers.cancel(one.timer); // or the agent would be ticked for until then
        scheduler.endFlush(one.flush, one.dying);
        one.reply.complete(one.flush.isIdle());
    }

    /** Ends the waits that are over. */
    void answer(GpuScheduler scheduler) {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (one.isOver()) {
                all.remove();
                end(scheduler, one);
            }
        }
    }
}
