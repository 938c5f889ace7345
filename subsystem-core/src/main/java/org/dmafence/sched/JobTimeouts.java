package org.dmafence.sched;

import org.dmafence.fence.FenceError;
import org.dmafence.sched.JobTimeout.Answer;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the hardware takes too long, and asks the driver about it. Kernel counterpart: {@code work_tdr}
 * (timeout, detection and recovery).
 */
final class JobTimeouts {
    /*
     * Overview. The timer runs while jobs are pending. When it goes off, the first of them is taken off the list and
     * its driver asked; until the answer the timer watches the driver. An answer given within the call is dealt with
     * right after it.
     */
    private static final long NEVER = Long.MAX_VALUE;

    /** How long a driver may take to answer if jobs may take for ever, or no time at all. */
    private static final long DEFAULT_PATIENCE_NS = 1_000_000_000;

    private final Core core;
    private final long patienceNs;
    private long timeoutNs;
    private long dueNs = NEVER;

    /** How long the timer was set for, by which a clock that was set back is told from a call that comes too early. */
    private long spanNs = NEVER;

    private @Nullable JobTimeout open;
    private boolean asking;
    private boolean answeredAtOnce;

    /** The job asked about had finished when the driver stopped the scheduler: it is freed after the driver's call. */
    private boolean freeAfterwards;

    JobTimeouts(Core core, long timeoutNs) {
        this.core = core;
        this.timeoutNs = timeoutNs;
        patienceNs = timeoutNs == 0 || timeoutNs == NEVER ? DEFAULT_PATIENCE_NS : timeoutNs;
    }

    /** Begins anew to count the time, if jobs are pending. */
    void restart() {
        if (timeoutNs != NEVER && !core.pending.isEmpty()) {
            count(timeoutNs);
        }
    }

    /** Stops counting, but for a driver that has not answered. */
    void cancel() {
        if (dueNs != NEVER && open == null) {
            arm(NEVER);
        }
    }

    /** Acts as if the time were up. */
    void fault() {
        if (timeoutNs != NEVER) {
            count(0);
        }
    }

    void immediately() {
        timeoutNs = 0;
        count(0);
    }

    long suspend() {
        long left = dueNs == NEVER || dueNs <= now() ? timeoutNs : dueNs - now();
        cancel();
        return left;
    }

    void resume(long remainingNs) {
        if (core.pending.isEmpty()) {
            cancel();
        } else {
            count(remainingNs);
        }
    }

    /** Counts the time of the jobs; not while the timer watches a driver, whose answer begins it anew. */
    private void count(long ns) {
        if (open == null) {
            armIn(ns);
        }
    }

    private void armIn(long ns) {
        spanNs = ns;
        arm(fromNow(ns));
    }

    private void arm(long atNs) {
        dueNs = atNs;
        core.timer(atNs);
    }

    private long now() {
        return core.runtime.clock().nanoTime();
    }

    private long fromNow(long ns) {
        long now = now(); // may be negative
        long at = now + ns;
        return at < now ? NEVER : at;
    }

    /** The host's timer went off. */
    void onTimer() {
        if (dueNs == NEVER) {
            return;
        }
        long nowNs = now();
        if (nowNs < dueNs) {
            if (dueNs - nowNs > spanNs) {
                armIn(spanNs); // the clock was set back: nobody waits until it has caught up
            } else {
                arm(dueNs); // the host has no timer any more
            }
            return;
        }
        dueNs = NEVER;
        JobTimeout unanswered = open;
        if (unanswered != null) {
            giveUpOn(unanswered);
            return;
        }
        SchedulerJob job = core.pending.peekFirst();
        if (job != null) {
            JobTimeout timeout = new JobTimeout(core, job); // before the job is on no list
            core.pending.takeFirst();
            ask(timeout);
        }
    }

    private void ask(JobTimeout timeout) {
        open = timeout;
        answeredAtOnce = false;
        asking = true;
        try {
            core.port.timedOut(timeout);
        } catch (Throwable e) {
            FenceError error = ForeignFailure.report(core.runtime, "timedout of ", timeout.job(), e);
            answeredAtOnce |= timeout.settle(error);
        } finally {
            asking = false;
        }
        if (answeredAtOnce) {
            finish(timeout);
        } else {
            armIn(patienceNs);
        }
    }

    private void giveUpOn(JobTimeout timeout) {
        if (timeout.settle(FenceError.ETIME)) {
            core.warn("the driver of " + core.scheduler + " did not answer the timeout of " + timeout.job()
                    + " in time; the job ends, and the ring goes on without a reset");
            finish(timeout);
        } else {
            armIn(patienceNs); // the answer's event is on the way
        }
    }

    void onAnswer(JobTimeout timeout) {
        if (asking) {
            answeredAtOnce = true;
        } else if (timeout == open) {
            finish(timeout);
        }
    }

    private void finish(JobTimeout timeout) {
        open = null;
        SchedulerJob job = timeout.job();
        PendingJobs pending = core.pending;
        if (freeAfterwards) {
            freeAfterwards = false;
            core.free(job);
        }
        FenceError error = timeout.error();
        if (error != null) {
            endUnresponsive(job, error);
        }
        try {
            if (error == null && timeout.is(Answer.NO_HANG)) {
                pending.addFirst(job);
                core.work.queue(SubmitQueue.Work.FREE); // it may have finished meanwhile
            }
            pending.stray(job);
        } catch (Throwable e) {
            core.onDone(job);
            core.giveUp(job, e);
        }
        if (!timeout.is(Answer.ENODEV)) {
            restart();
        }
    }

    /** Ends a job in place of its driver. */
    private void endUnresponsive(SchedulerJob job, FenceError error) {
        if (!job.freed && job.cancel(error)) {
            core.onDone(job);
        }
    }

    /** Whether a job that is to be freed must wait for its driver's call to return. */
    boolean deferFree(SchedulerJob job) {
        boolean deferred = open != null && open.job() == job;
        freeAfterwards |= deferred;
        return deferred;
    }

    /** The job whose driver has not answered. */
    @Nullable SchedulerJob askedAbout() {
        JobTimeout unanswered = open;
        return unanswered == null ? null : unanswered.job();
    }

    /** Forgets the job that is asked about, which is not pending: the scheduler is torn down. */
    @Nullable SchedulerJob takeOpen() {
        JobTimeout left = open;
        open = null;
        return left == null ? null : left.job();
    }
}
