package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * A job that takes too long, and its driver's answer to that. The first answer counts; one that comes again or too late
 * is reported. Any thread may answer.
 */
public final class JobTimeout implements SchedulerEvent {
    /** What the driver did. Kernel counterpart: {@code enum drm_gpu_sched_stat}. */
    public enum Answer {
        /** Nothing it would speak of; as {@link #RESET}. */
        NONE,
        /** It has reset the hardware. */
        RESET,
        /** The device is gone: the timeout does not go on. */
        ENODEV,
        /** The hardware does not hang: the job is still running, and the timeout begins anew. */
        NO_HANG
    }

    private final Core core;
    private final SchedulerJob job;
    private @Nullable Answer answer;
    private @Nullable FenceError error;

    JobTimeout(Core core, SchedulerJob job) {
        this.core = core;
        this.job = job;
    }

    /** The job; on the hardware the longest. */
    public SchedulerJob job() {
        return job;
    }

    /** Says what the driver did. */
    public void answer(Answer given) {
        if (ANSWER.compareAndSet(this, null, given)) {
            core.post(this);
        } else {
            core.warn("the timeout of " + job + " was answered " + given + " after " + ANSWER.getAcquire(this)
                    + "; a driver answers once, and in time");
        }
    }

    /** Ends the job with {@code ETIME}, for a driver that can't reset. */
    public void giveUp() {
        if (settle(FenceError.ETIME)) {
            core.post(this);
        }
    }

    /** Answers for the driver; false if it has answered. */
    boolean settle(FenceError jobError) {
        if (!ANSWER.compareAndSet(this, null, Answer.RESET)) {
            return false;
        }
        error = jobError;
        return true;
    }

    /** Whether the answer is this. For the host, which has taken in the event. */
    boolean is(Answer asked) {
        return answer == asked;
    }

    /** What the job ends with if the scheduler is to end it. For the host, as {@link #is}. */
    @Nullable FenceError error() {
        return error;
    }

    private static final VarHandle ANSWER;

    static {
        try {
            ANSWER = MethodHandles.lookup().findVarHandle(JobTimeout.class, "answer", Answer.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
