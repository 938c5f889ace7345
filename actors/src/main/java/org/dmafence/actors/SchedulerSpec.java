package org.dmafence.actors;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.RingSpec;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerTraceListener;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler to open on a ring of a driver. Kernel counterpart: {@code struct drm_sched_init_args}.
 *
 * @param ring the ring; the scheduler has its name
 * @param credits how many credits may be on the ring at a time; at most its slots, since a job takes at least one of
 *     each
 * @param policy whose turn it is among the entities
 * @param timeoutNs how long the ring may take for a job before it is taken for hung; {@link #NO_TIMEOUT} for ever
 * @param hangLimit how often a hung job is run again, along with the jobs after it; with 0 it ends with {@code ETIME}
 *     and the jobs after it stay on the ring
 * @param trace who gets the scheduler's trace events, {@code null} for nobody
 * @param maxUnfinishedJobs as the setting {@code dmafence.scheduler.max-unfinished-jobs}, which says what it costs;
 *     {@link #AS_CONFIGURED} for that
 */
public record SchedulerSpec(
        RingSpec ring,
        int credits,
        SchedulerPolicy policy,
        long timeoutNs,
        int hangLimit,
        @Nullable SchedulerTraceListener trace,
        int maxUnfinishedJobs) {
    /** The limit of unfinished jobs that the settings say. */
    public static final int AS_CONFIGURED = 0;

    /** Jobs may take for ever. */
    public static final long NO_TIMEOUT = Long.MAX_VALUE;

    public SchedulerSpec {
        Objects.requireNonNull(ring, "ring");
        Objects.requireNonNull(policy, "policy");
        if (credits < 1 || credits > ring.slots()) {
            throw new IllegalArgumentException("a scheduler with " + credits + " credits on ring " + ring.name()
                    + " with " + ring.slots() + " slots; use 1 to " + ring.slots());
        }
        if (timeoutNs < 1) {
            throw new IllegalArgumentException("a scheduler on ring " + ring.name() + " with a timeout of " + timeoutNs
                    + " ns; use a time longer than 0, or NO_TIMEOUT");
        }
        if (maxUnfinishedJobs < 0 || maxUnfinishedJobs > Settings.MOST_UNFINISHED_JOBS) {
            throw new IllegalArgumentException("a scheduler on ring " + ring.name() + " for " + maxUnfinishedJobs
                    + " unfinished jobs; use 1 to " + Settings.MOST_UNFINISHED_JOBS + ", or AS_CONFIGURED");
        }
        if (hangLimit < 0) {
            throw new IllegalArgumentException(
                    "a scheduler on ring " + ring.name() + " with a hang limit of " + hangLimit + "; use 0 or more");
        }
    }

    /** A scheduler that may fill its ring, first come, first served, without a timeout, untraced. */
    public static SchedulerSpec of(RingSpec ring) {
        return new SchedulerSpec(ring, ring.slots(), SchedulerPolicy.FIFO, NO_TIMEOUT, 0, null, AS_CONFIGURED);
    }

    /** The same with another credit limit. */
    public SchedulerSpec withCredits(int limit) {
        return new SchedulerSpec(ring, limit, policy, timeoutNs, hangLimit, trace, maxUnfinishedJobs);
    }

    /** The same with another policy. */
    public SchedulerSpec withPolicy(SchedulerPolicy schedulerPolicy) {
        return new SchedulerSpec(ring, credits, schedulerPolicy, timeoutNs, hangLimit, trace, maxUnfinishedJobs);
    }

    /** The same with a timeout for each job. */
    public SchedulerSpec withTimeout(long timeout, TimeUnit unit) {
        return new SchedulerSpec(ring, credits, policy, unit.toNanos(timeout), hangLimit, trace, maxUnfinishedJobs);
    }

    /** The same, running hung jobs again. */
    public SchedulerSpec withHangLimit(int limit) {
        return new SchedulerSpec(ring, credits, policy, timeoutNs, limit, trace, maxUnfinishedJobs);
    }

    /** The same, traced. */
    public SchedulerSpec tracedBy(SchedulerTraceListener listener) {
        return new SchedulerSpec(ring, credits, policy, timeoutNs, hangLimit, listener, maxUnfinishedJobs);
    }

    /** The same for a scheduler that is to take fewer jobs, or more, and cost less memory, or more. */
    public SchedulerSpec withMaxUnfinishedJobs(int jobs) {
        return new SchedulerSpec(ring, credits, policy, timeoutNs, hangLimit, trace, jobs);
    }
}
