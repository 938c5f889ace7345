package org.dmafence.sched;

import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * What a driver resets its hardware with: takes the jobs back, runs them again or ends them, finds out who is to blame,
 * and moves the timeout. Called by the scheduler's host, and from {@link SchedulerPort#timedOut}.
 */
public final class SchedulerRecovery {
    private final Core core;
    private final int hangLimit;

    SchedulerRecovery(Core core, int hangLimit) {
        this.core = core;
        this.hangLimit = hangLimit;
    }

    /**
     * Stops handing out and takes the jobs back from the hardware; those that it has finished are freed. Kernel
     * counterpart: {@code drm_sched_stop()}.
     *
     * @param bad the job whose timeout is dealt with, if any: it is put back
     */
    public void stop(@Nullable SchedulerJob bad) {
        core.inCall(() -> {
            core.work.pause();
            if (bad != null && bad.scheduler() == core.scheduler) {
                core.pending.addFirst(bad);
            }
            for (int i = core.pending.size() - 1; i >= 0; i--) {
                recall(i);
            }
            core.timeouts.cancel();
        });
    }

    private void recall(int index) {
        SchedulerJob job = core.pending.get(index);
        HardwareRun run = job.run();
        if (run != null && run.recall()) {
            core.uncharge(job);
        } else if (job.finished().isSignaled()) {
            core.pending.remove(index);
            core.onDone(job);
            if (!core.timeouts.deferFree(job)) {
                core.free(job);
            }
        } // otherwise somebody is just ending it, and it is freed after the start
    }

    /**
     * Goes on after {@link #stop}: jobs that were resubmitted are followed, all others end. Kernel counterpart:
     * {@code drm_sched_start()}.
     *
     * @param error what they end with, {@code null} for {@code ECANCELED}
     * @throws SchedulerException {@code ECANCELED} after teardown
     */
    public void start(@Nullable FenceError error) {
        refuseIfTornDown();
        core.inCall(() -> {
            for (SchedulerJob job : core.pending.all()) {
                HardwareRun run = job.run();
                if (run != null) {
                    core.charge(job);
                    run.release(error);
                }
            }
            core.pending.strays().forEach(job -> releaseTaken(job, error));
            SchedulerJob askedAbout = core.timeouts.askedAbout();
            if (askedAbout != null && !askedAbout.pending) {
                releaseTaken(askedAbout, error);
            }
            core.timeouts.restart();
            core.work.resume();
        });
    }

    /** A timeout may have taken the job off the list while the scheduler was stopped, and not have put it back yet. */
    private void releaseTaken(SchedulerJob job, @Nullable FenceError error) {
        HardwareRun run = job.run();
        if (run != null && run.awaitsStart()) {
            core.charge(job);
            run.release(error);
        }
    }

    /**
     * Hands the jobs of a stopped scheduler to the hardware once more; those of an entity whose job was blamed more
     * often than the limit allows with {@code ECANCELED} on {@code finished}. Kernel counterpart: {@code
     * drm_sched_resubmit_jobs()}.
     *
     * @throws SchedulerException {@code EINVAL} if the scheduler is not stopped
     */
    public void resubmit() {
        if (!core.work.isPaused()) {
            throw new SchedulerException(
                    FenceError.EINVAL, core.scheduler + " can't resubmit jobs that the hardware has; stop it first");
        }
        core.inCall(this::runAgain);
    }

    private void runAgain() {
        SchedulerEntity guilty = null;
        for (SchedulerJob job : core.pending.all()) {
            if (guilty == null && job.karma() > hangLimit) {
                guilty = job.entity();
            }
            if (job.isEnded()) {
                continue;
            }
            if (guilty == job.entity()) {
                job.fence().setError(FenceError.ECANCELED);
            }
            HardwareRun run = job.run();
            if (run == null || run.recall()) {
                core.uncharge(job);
                job.newRun(true);
                core.runOut(job);
            }
        }
    }

    /**
     * Blames a job for a hang, and with it its client; never one of priority {@link SchedulerPriority#KERNEL}. Kernel
     * counterpart: {@code drm_sched_increase_karma()}.
     */
    public void blame(SchedulerJob job) {
        if (job.priority() == SchedulerPriority.KERNEL) {
            return;
        }
        job.blame();
        GuiltyFlag flag = job.entity().guilty();
        if (flag != null && job.entity().isListed(core)) {
            flag.set(true);
        }
    }

    /**
     * Blames a job, whatever its priority, but not its client. Kernel counterpart: {@code drm_sched_invalidate_job()}.
     *
     * @return whether it has been blamed more often than the threshold
     */
    public boolean invalidate(SchedulerJob job, int threshold) {
        job.blame();
        return job.karma() > threshold;
    }

    /** Stops handing out and freeing; the hardware goes on. Kernel counterpart: {@code drm_sched_wqueue_stop()}. */
    public void stopWork() {
        core.work.pause();
    }

    /**
     * Undoes {@link #stopWork}. Kernel counterpart: {@code drm_sched_wqueue_start()}.
     *
     * @throws SchedulerException {@code ECANCELED} after teardown
     */
    public void startWork() {
        refuseIfTornDown();
        core.work.resume();
    }

    /** Takes the first of the pending jobs for hung now. Kernel counterpart: {@code drm_sched_fault()}. */
    public void fault() {
        core.timeouts.fault();
    }

    /** Makes the timeout 0 for good. Kernel counterpart: {@code drm_sched_tdr_queue_imm()}. */
    public void timeoutImmediately() {
        core.timeouts.immediately();
    }

    /**
     * Stops the timer. Kernel counterpart: {@code drm_sched_suspend_timeout()}.
     *
     * @return how many nanoseconds were left; the whole timeout if it was not running
     */
    public long suspendTimeout() {
        return core.timeouts.suspend();
    }

    /** Lets the timer go on, if jobs are pending. Kernel counterpart: {@code drm_sched_resume_timeout()}. */
    public void resumeTimeout(long remainingNs) {
        core.timeouts.resume(remainingNs);
    }

    private void refuseIfTornDown() {
        if (core.isTornDown()) {
            throw new SchedulerException(
                    FenceError.ECANCELED, core.scheduler + " was torn down and can't be started; make another");
        }
    }
}
