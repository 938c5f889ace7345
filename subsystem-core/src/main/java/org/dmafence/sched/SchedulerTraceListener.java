package org.dmafence.sched;

import org.dmafence.fence.DmaFence;

/**
 * Receives the scheduler's five trace events. Kernel counterpart: {@code gpu_scheduler_trace.h}, system
 * {@code gpu_scheduler}.
 *
 * <p>Called by the scheduler's host, {@link #jobDone} on the signalling thread; must not block. {@code fence} in the
 * kernel's text always is {@link SchedulerJob#finished()}.
 */
public interface SchedulerTraceListener {
    /**
     * {@code drm_sched_job_queue}: a job was pushed.
     *
     * @param queuedJobs the entity's queued jobs without this one
     * @param hardwareCredits credits in use on the hardware
     */
    void jobQueued(SchedulerJob job, int queuedJobs, int hardwareCredits);

    /** {@code drm_sched_job_add_dep}: one of the dependencies a job was pushed with. */
    void jobDependsOn(SchedulerJob job, DmaFence dependency);

    /**
     * A job would be next, and one of its dependencies is looked at, whether it has signalled or not. Kernel
     * counterpart: {@code drm_sched_job_wait_dep}, up to Linux 6.16.
     */
    default void jobLooksAt(SchedulerJob job, DmaFence dependency) {}

    /** {@code drm_sched_job_unschedulable}: a job would be next but for a dependency that has not signalled. */
    void jobUnschedulable(SchedulerJob job, DmaFence dependency);

    /**
     * {@code drm_sched_job_run}: a job is about to be handed to the hardware.
     *
     * @param queuedJobs the entity's queued jobs without this one
     * @param hardwareCredits credits in use on the hardware, this job's included
     */
    void jobRun(SchedulerJob job, int queuedJobs, int hardwareCredits);

    /** {@code drm_sched_job_done}: a job is about to signal {@code finished}. */
    void jobDone(SchedulerJob job);
}
