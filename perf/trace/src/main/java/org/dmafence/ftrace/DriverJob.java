package org.dmafence.ftrace;

/**
 * A driver's own event of a job, in one form for all drivers.
 *
 * @param device as the driver numbers or names it; empty where the event does not tell
 * @param ring the hardware's queue
 * @param context the context of the job's fence, {@link FenceIdentity#UNKNOWN} if the event names none
 * @param seqno the seqno of the job's fence, on its context or else on its ring
 * @param id the job's number; its seqno where the driver counts nothing else
 * @param client the process that submitted, -1 if the event does not tell
 * @param pointer the fence's, 0 if the event prints none
 * @param priority 0 for normal, and where the event does not tell; more urgent above, less below
 * @param hardwareNs how long the hardware says it took, -1 if it does not
 */
public record DriverJob(
        Stamp stamp,
        Family family,
        Action action,
        String device,
        String ring,
        long context,
        long seqno,
        long id,
        long client,
        long pointer,
        int priority,
        long hardwareNs)
        implements TraceEvent {

    /** Whose event. */
    public enum Family {
        /** {@code amdgpu_cs_ioctl}, {@code amdgpu_sched_run_job}. */
        AMDGPU(true),
        /** {@code i915_request_*}, and {@code i915_gem_request_*} before. */
        I915(false),
        /** {@code xe_sched_job_*}, {@code xe_hw_fence_*}. */
        XE(true),
        /** {@code msm_gpu_submit*}. */
        MSM(true),
        /** {@code v3d_submit_*}, {@code v3d_*_irq}. */
        V3D(true),
        /** {@code virtio_gpu_cmd_*}. */
        VIRTIO(false);

        private final boolean onScheduler;

        Family(boolean onScheduler) {
            this.onScheduler = onScheduler;
        }

        /** Whether the driver's jobs are {@code drm_gpu_scheduler}'s too, whose own events tell the same of them. */
        public boolean onScheduler() {
            return onScheduler;
        }
    }

    /** What happened to the job. */
    public enum Action {
        /** It exists. */
        CREATED,
        /** It was submitted. */
        SUBMITTED,
        /** Nothing holds it back any more. */
        READY,
        /** It was handed to the hardware. */
        RUN,
        /** The hardware gave it back before its end. */
        PREEMPTED,
        /** The hardware is done with it. */
        DONE,
        /** The driver noticed that it is done, perhaps long after. */
        RETIRED,
        /** It was given up. */
        FAILED,
        /** Somebody starts to wait for it. */
        WAIT_BEGIN,
        /** Somebody stops waiting for it. */
        WAIT_END
    }
}
