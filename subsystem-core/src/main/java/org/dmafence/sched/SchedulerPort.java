package org.dmafence.sched;

/** The scheduler's way out: what its host does for it. */
public interface SchedulerPort {
    /**
     * Brings an event to {@link GpuScheduler#handle}, in the order of posting for each thread. Called on whatever thread
     * signals a fence; must neither block, nor fail, nor handle the event right there.
     */
    void post(SchedulerEvent event);

    /**
     * Hands a job to the hardware: somebody is to call {@link SchedulerJob#runOn} (or {@link SchedulerJob#fail}) soon, here or
     * on another thread. Jobs must run in the order of these calls. Called by the scheduler's host.
     */
    void run(SchedulerJob job);

    /** The scheduler has let go of a job; it has finished. Called by the scheduler's host. */
    void freed(SchedulerJob job);
}
