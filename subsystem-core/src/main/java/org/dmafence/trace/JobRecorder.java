package org.dmafence.trace;

/**
 * The scheduler's way to the flight recorder, as {@link FenceRecorder} is the fences'. Any thread. Kernel counterpart:
 * {@code gpu_scheduler_trace.h}.
 */
public final class JobRecorder {
    private JobRecorder() {}

    /** Whether a running recording has chosen any event of jobs. Asked before all others here. */
    public static boolean isOn() {
        return FenceRecorder.isAvailable() && JobEvents.areOn();
    }

    /** A job entered its entity's queue, where that many others are, while that many credits are in use. */
    public static void queued(JobSubject job, int queuedJobs, int hardwareCredits) {
        JobEvents.queued(job, queuedJobs, hardwareCredits);
    }

    /** A job was pushed that must wait for the fence of that context and number. */
    public static void dependsOn(JobSubject job, long context, long seqno) {
        JobEvents.dependsOn(job, context, seqno);
    }

    /** A job is about to be handed to the hardware. */
    public static void ran(JobSubject job, int queuedJobs, int hardwareCredits) {
        JobEvents.ran(job, queuedJobs, hardwareCredits);
    }

    /** The hardware is done with a job, whose finished fence is about to signal. */
    public static void done(JobSubject job) {
        JobEvents.done(job);
    }
}
