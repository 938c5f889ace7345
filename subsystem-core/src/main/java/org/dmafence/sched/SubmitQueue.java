package org.dmafence.sched;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The work items that wait for the scheduler's host. Kernel counterpart: the ordered {@code submit_wq}: items run one after
 * the other in the order of queueing, and one that waits already is not queued twice.
 */
final class SubmitQueue {
    /** What the host is to do. */
    enum Work {
        /** Choose a job and hand it out. Kernel counterpart: {@code work_run_job}. */
        RUN,
        /** Let go of what has finished. Kernel counterpart: {@code work_free_job}. */
        FREE
    }

    private final ArrayDeque<Work> waiting = new ArrayDeque<>(2);
    private final SchedulerPort port;
    private boolean paused;

    SubmitQueue(SchedulerPort port) {
        this.port = port;
    }

    void queue(Work work) {
        if (paused || waiting.contains(work)) {
            return;
        }
        waiting.addLast(work);
        if (waiting.size() == 1) {
            port.workQueued();
        }
    }

    @Nullable Work poll() {
        return waiting.pollFirst();
    }

    boolean isPaused() {
        return paused;
    }

    /** Drops what waits and takes nothing in. */
    void pause() {
        paused = true;
        waiting.clear();
    }

    /** Goes on, with a look at everything. */
    void resume() {
        paused = false;
        queue(Work.RUN);
        queue(Work.FREE);
    }
}
