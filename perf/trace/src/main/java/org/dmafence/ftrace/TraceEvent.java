package org.dmafence.ftrace;

/**
 * One event of a trace that matters to fences and jobs, as the kernel printed it.
 *
 * <p>Unsigned 64-bit numbers are kept in a {@code long} bit by bit. Pointers are the kernel's, usually hashed; they are
 * identities only, and the kernel reuses them.
 */
public sealed interface TraceEvent
        permits CpuEvent,
                DriverJob,
                TraceEvent.DrmSchedJob,
                TraceEvent.DrmRunJob,
                TraceEvent.DrmSchedProcessJob,
                TraceEvent.DrmSchedJobWaitDep,
                TraceEvent.DrmSchedJobQueue,
                TraceEvent.DrmSchedJobRun,
                TraceEvent.DrmSchedJobDone,
                TraceEvent.DrmSchedJobAddDep,
                TraceEvent.DrmSchedJobUnschedulable,
                TraceEvent.AmdSchedProcessJob,
                TraceEvent.DmaFence,
                TraceEvent.FenceWaitsOn,
                TraceEvent.SyncTimeline {
    Stamp stamp();

    /** Whether the event belongs to the kernel's {@code gpu_scheduler} system. */
    default boolean isSchedulerEvent() {
        return !(this instanceof DmaFence
                || this instanceof FenceWaitsOn
                || this instanceof SyncTimeline
                || this instanceof DriverJob
                || this instanceof CpuEvent);
    }

    /**
     * The part in front of the event's name.
     *
     * @param line the line in the file, counted from 1
     * @param timeNs the trace clock in nanoseconds
     * @param task the task's comm, {@code <...>} when the kernel had forgotten it
     */
    record Stamp(long line, long timeNs, int cpu, int pid, String task) {}

    /**
     * {@code drm_sched_job}, before 6.17, and {@code amd_sched_job} before that: a job enters its entity's queue;
     * {@code fence} is its finished fence. An {@code id} of 0 is none.
     */
    record DrmSchedJob(Stamp stamp, long entity, long id, long fence, String ring, long jobCount, long hwJobCount)
            implements TraceEvent {}

    /** {@code drm_run_job}, before 6.17: the scheduler hands the job to the hardware. */
    record DrmRunJob(Stamp stamp, long entity, long id, long fence, String ring, long jobCount, long hwJobCount)
            implements TraceEvent {}

    /** {@code drm_sched_process_job}, before 6.17: the hardware finished the job. */
    record DrmSchedProcessJob(Stamp stamp, long fence) implements TraceEvent {}

    /** {@code amd_sched_process_job}, before 4.16: the same of amdgpu's own scheduler, which tells of no run. */
    record AmdSchedProcessJob(Stamp stamp, long fence) implements TraceEvent {}

    /** {@code drm_sched_job_wait_dep}, before 6.17: the job at the head of its entity looks at a dependency. */
    record DrmSchedJobWaitDep(Stamp stamp, String ring, long id, long fence, long context, long seqno)
            implements TraceEvent {}

    /**
     * {@code drm_sched_job_queue}, since 6.17: a job enters its entity's queue.
     *
     * @param priority as {@link TraceJob#priority()}; the kernel does not tell it, our own recordings do
     */
    record DrmSchedJobQueue(
            Stamp stamp,
            String dev,
            long context,
            long seqno,
            String ring,
            long jobCount,
            long hwJobCount,
            long clientId,
            int priority)
            implements TraceEvent {}

    /** {@code drm_sched_job_run}, since 6.17: the scheduler hands the job to the hardware. */
    record DrmSchedJobRun(
            Stamp stamp,
            String dev,
            long context,
            long seqno,
            String ring,
            long jobCount,
            long hwJobCount,
            long clientId)
            implements TraceEvent {}

    /** {@code drm_sched_job_done}, since 6.17: the hardware finished the job. */
    record DrmSchedJobDone(Stamp stamp, long context, long seqno) implements TraceEvent {}

    /** {@code drm_sched_job_add_dep}, since 6.17: printed at submission for each dependency. */
    record DrmSchedJobAddDep(Stamp stamp, long context, long seqno, long depContext, long depSeqno)
            implements TraceEvent {}

    /** {@code drm_sched_job_unschedulable}, since 6.17: the job blocks on a dependency, perhaps a driver's own. */
    record DrmSchedJobUnschedulable(Stamp stamp, long context, long seqno, long depContext, long depSeqno)
            implements TraceEvent {}

    /** Which of the seven {@code dma_fence_*} events. */
    enum FenceAction {
        INIT,
        DESTROY,
        EMIT,
        ENABLE_SIGNAL,
        SIGNALED,
        WAIT_START,
        WAIT_END
    }

    /**
     * One of the {@code dma_fence_*} events. The kernel cuts context and seqno to 32 bits here; once a fence is
     * signalled its names may be the literals {@code detached-driver} and {@code signaled-timeline}.
     */
    record DmaFence(Stamp stamp, FenceAction action, String driver, String timeline, long context, long seqno)
            implements TraceEvent {}

    /**
     * {@code fence_annotate_wait_on}, of old kernels: a fence does not signal before another has. The kernel cuts the
     * numbers to 32 bits.
     */
    record FenceWaitsOn(Stamp stamp, long context, long seqno, long onContext, long onSeqno) implements TraceEvent {}

    /** {@code sync_timeline}: a software timeline's value. */
    record SyncTimeline(Stamp stamp, String name, long value) implements TraceEvent {}
}
