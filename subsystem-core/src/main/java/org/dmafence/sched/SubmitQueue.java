package org.dmafence.sched;

import org.jspecify.annotations.Nullable;

/**
 * The work items that wait for the scheduler's host. Kernel counterpart: the ordered {@code submit_wq}: items run one
 * after the other in the order of queueing, and one that waits already is not queued twice.
 */
final class SubmitQueue {
    /** What the host is to do. */
    enum Work {
        /** Choose a job and hand it out. Kernel counterpart: {@code work_run_job}. */
        RUN,
        /** Free what has finished. Kernel counterpart: {@code work_free_job}. */
        FREE
    }

    private final Core core;
    private boolean paused;

    /**
     * Which items wait, and whether {@link Work#FREE} is before {@link Work#RUN}. Flags, because they change with each
     * job, and storing references costs some collectors a barrier.
     */
    private boolean run;

    private boolean free;
    private boolean freeFirst;

    SubmitQueue(Core core) {
        this.core = core;
    }

    void queue(Work work) {
        boolean wasEmpty = !run && !free;
        if (paused || (work == Work.RUN ? run : free)) {
            return;
        }
        if (work == Work.RUN) {
            run = true;
            freeFirst = free;
        } else {
            free = true;
            freeFirst = !run;
        }
        if (wasEmpty) {
            core.workQueued();
        }
    }

    @Nullable Work poll() {
        if (free && (freeFirst || !run)) {
            free = false;
            return Work.FREE;
        }
        if (run) {
            run = false;
            return Work.RUN;
        }
        return null;
    }

    boolean isPaused() {
        return paused;
    }

    /** Drops what waits and takes nothing in. */
    void pause() {
        paused = true;
        run = false;
        free = false;
    }

    /** Goes on, with a look at everything. */
    void resume() {
        paused = false;
        queue(Work.RUN);
        queue(Work.FREE);
    }
}
