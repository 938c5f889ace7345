package org.dmafence.sched;

import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's way out: what its host and its driver do for it. Kernel counterparts: {@code struct
 * drm_sched_backend_ops}, the workqueues and the timer.
 *
 * <p>All methods but {@link #post} and {@link #nowNs} are called by the scheduler's host, within a call to the
 * scheduler. They may call the scheduler back where they say so. What they throw is reported and answered as they say.
 */
public interface SchedulerPort {
    /**
     * Brings an event to {@link GpuScheduler#handle}, in the order of posting for each thread. Called on whatever
     * thread signals a fence; must neither block, nor fail, nor handle the event right there.
     */
    void post(SchedulerEvent event);

    /**
     * The time that the calling thread stamps a job with which it runs or ends. A host that has just read the clock
     * answers with that, and saves each job of a batch the reading. Called on any thread; must not fail.
     *
     * @param clock the runtime's
     */
    default long nowNs(NanoClock clock) {
        return clock.nanoTime();
    }

    /**
     * Hands a job to the hardware: somebody is to call {@link SchedulerJob#runOn} (or {@link SchedulerJob#fail}) soon,
     * here or on another thread. Jobs must run in the order of these calls. Throwing ends the job. Kernel counterpart:
     * {@code run_job}.
     */
    void run(SchedulerJob job);

    /** The scheduler has freed a job, which has finished. Kernel counterpart: {@code free_job}. */
    void freed(SchedulerJob job);

    /**
     * There is work: somebody is to call {@link GpuScheduler#runWork} until it answers false, after this call into the
     * scheduler has returned. Hosts that do that after every call need not listen.
     */
    default void workQueued() {}

    /**
     * Asks for a call of {@link GpuScheduler#onTimer} at a time; replaces what was asked before. A host without timers
     * never notices a hang.
     *
     * @param atNs on the runtime's clock; {@link Long#MAX_VALUE} for no call
     */
    default void timer(long atNs) {}

    /**
     * One more fence that a job whose dependencies have signalled must wait for; asked again until there is none.
     * Throwing counts as none. Kernel counterpart: {@code prepare_job}.
     *
     * @return the fence, with a reference for the scheduler
     */
    default @Nullable DmaFence prepare(SchedulerJob job) {
        return null;
    }

    /**
     * How many credits a job takes now; asked whenever it is looked at. Throwing counts as what it asked for. Kernel
     * counterpart: {@code update_job_credits}, up to Linux 7.1.
     */
    default int credits(SchedulerJob job) {
        return job.credits();
    }

    /**
     * A job takes too long. The driver is to reset the hardware if it hangs, by way of {@link SchedulerRecovery#stop}
     * and {@link SchedulerRecovery#start}, and to {@linkplain JobTimeout#answer answer}, here or later, on any thread.
     * Throwing ends the job with the error. The hardware may have done the job, and nobody have looked: ask it first
     * ({@link SchedulerJob#pollSignaled}). The default does, knows no hardware to reset, and ends the job with {@code
     * ETIME}. Kernel counterpart: {@code timedout_job}.
     */
    default void timedOut(JobTimeout timeout) {
        if (timeout.job().pollSignaled()) {
            timeout.answer(JobTimeout.Answer.NO_HANG);
        } else {
            timeout.giveUp();
        }
    }

    /** Whether {@link #cancel} does anything. Kernel counterpart: whether there is a {@code cancel_job}. */
    default boolean canCancel() {
        return false;
    }

    /**
     * The scheduler is torn down: the driver is to signal the job's hardware fence with an error now. A job whose fence
     * did not signal ends all the same. Kernel counterpart: {@code cancel_job}.
     */
    default void cancel(SchedulerJob job) {}
}
