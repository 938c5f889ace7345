package org.dmafence.sched;

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

    private final SchedulerPort port;
    private boolean paused;

    /** As there are two items, the queue is no longer than that. */
    private @Nullable Work first;

    private @Nullable Work second;

    SubmitQueue(SchedulerPort port) {
        this.port = port;
    }

    void queue(Work work) {
        if (paused || first == work) {
            return;
        }
        if (first != null) {
            second = work;
        } else {
            first = work;
            port.workQueued();
        }
    }

    @Nullable Work poll() {
        Work next = first;
        first = second;
        second = null;
        return next;
    }

    boolean isPaused() {
        return paused;
    }

    /** Drops what waits and takes nothing in. */
    void pause() {
        paused = true;
        first = null;
        second = null;
    }

    /** Goes on, with a look at everything. */
    void resume() {
        paused = false;
        queue(Work.RUN);
        queue(Work.FREE);
    }
}
