package org.dmafence.sched;

/**
 * Jobs that ended one after the other on one thread: one event for all of them, for hosts whose {@link
 * SchedulerPort#post} is called many times in a row. The thread that fills it alone uses it until it is handed on.
 */
public final class FinishedJobs implements SchedulerEvent {
    private final SchedulerJob first;
    private SchedulerJob last;
    private int count = 1;

    /** Begins with a posted job. */
    public FinishedJobs(SchedulerJob job) {
        first = job;
        last = job;
    }

    /** Takes in one more posted job of the same scheduler. */
    public void add(SchedulerJob job) {
        last.nextFinished = job;
        last = job;
        count++;
    }

    /** How many jobs it holds. */
    public int count() {
        return count;
    }

    /** For the host, once. */
    void takeIn(Core core) {
        for (SchedulerJob job = first; job != null; ) {
            SchedulerJob after = job.nextFinished;
            job.nextFinished = null; // or an old job would keep all later ones from being collected with it
            core.onDone(job);
            job = after;
        }
    }
}
