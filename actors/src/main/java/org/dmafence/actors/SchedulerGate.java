package org.dmafence.actors;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.GpuSchedulerBuilder;
import org.dmafence.sched.SchedulerEvent;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPort;
import org.jspecify.annotations.Nullable;

/**
 * The way into a scheduler's actor and from there into its engine's: admission, the inboxes, and what becomes of jobs when
 * nobody is behind the gate any more. Any thread may use it.
 *
 * <p>It knows the actors' inboxes but neither the ring nor the driver, so that handles and jobs that outlive a driver don't
 * keep it loaded.
 */
final class SchedulerGate implements SchedulerPort {
    /** Why the gate is shut, and what becomes of the jobs that come too late. */
    private record Closure(String reason, @Nullable FenceError error) {}

    private final int limit;
    private final Inbox<SchedulerEvent> inbox;
    private final EngineLink link;
    private final Inbox<Object> engine;
    private final GpuScheduler scheduler;
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private volatile @Nullable Closure closure;

    SchedulerGate(SchedulerSpec spec, FenceHost host, EngineLink link) {
        this.link = link;
        engine = link.inbox();
        link.onBatchEnd(this::ring);
        limit = host.settings().maxUnfinishedJobs();
        inbox = new Inbox<>(limit, this::abandon, host.quiescence());
        GpuSchedulerBuilder builder = GpuScheduler.builder(
                        host.runtime(), spec.ring().device(), spec.ring().name(), this)
                .creditLimit(spec.credits())
                .policy(spec.policy())
                .timeout(spec.timeoutNs(), TimeUnit.NANOSECONDS)
                .hangLimit(spec.hangLimit());
        if (spec.trace() != null) {
            builder.trace(spec.trace());
        }
        scheduler = builder.build();
    }

    /** The state machine; its actor alone uses it, but for what may be called from any thread. */
    GpuScheduler scheduler() {
        return scheduler;
    }

    Inbox<SchedulerEvent> inbox() {
        return inbox;
    }

    /**
     * Takes in one more job.
     *
     * @throws SubmitRefusedException if it can't
     */
    void admit() {
        Closure shut = closure;
        if (shut != null) {
            throw refuse(Reason.SCHEDULER_CLOSED, "takes no jobs: " + shut.reason + "; open another scheduler");
        }
        // Added first: never more than `limit` jobs own a place in the inbox.
        if (admitted.getAndIncrement() - ended.get() >= limit) {
            admitted.getAndDecrement();
            throw refuse(
                    Reason.BACK_PRESSURE,
                    "has " + limit
                            + " unfinished jobs and takes no more; submit again after one has finished, or raise "
                            + Settings.MAX_UNFINISHED_JOBS);
        }
    }

    /** Takes an admission back, of a job that was never armed. */
    void withdraw() {
        admitted.getAndDecrement();
    }

    SubmitRefusedException refuse(Reason reason, String problem) {
        refused.increment();
        return new SubmitRefusedException(reason, scheduler + " " + problem);
    }

    /** Appends an admitted and armed job; {@link #ring} must follow. */
    void append(SchedulerJob job) {
        if (!inbox.append(job)) {
            overflow(job);
        }
    }

    void ring() {
        inbox.ring();
    }

    @Override
    public void post(SchedulerEvent event) {
        if (!inbox.append(event)) {
            overflow(event);
        }
        if (!link.isInBatch()) {
            ring();
        }
    }

    /** Appended only: the scheduler's actor rings once for all the jobs of its batch. */
    @Override
    public void run(SchedulerJob job) {
        if (!engine.append(job)) {
            job.fail(FenceError.EIO);
            overflow(job);
        }
    }

    void ringEngine() {
        engine.ring();
    }

    @Override
    public void freed(SchedulerJob job) {
        ended.getAndIncrement();
    }

    /** No more admissions; what is inside goes on. */
    void shut(String reason, @Nullable FenceError error) {
        closure = new Closure(reason, error);
    }

    /** Admits again: the driver stays after all. */
    void reopen() {
        closure = null;
    }

    /** Ends every job there is or will be. Called by the actor when it ends; a second time does nothing. */
    void close(String reason, @Nullable FenceError error) {
        if (inbox.isClosed()) {
            return;
        }
        closure = new Closure(reason, error);
        try {
            scheduler.tearDown(error);
        } finally {
            inbox.close();
        }
    }

    boolean isEmpty() {
        return admitted.get() == ended.get();
    }

    /** Ends a job that came when the actor had ended. */
    private void abandon(SchedulerEvent event) {
        if (event instanceof SchedulerJob job) {
            Closure shut = Objects.requireNonNullElse(closure, new Closure("", FenceError.ECANCELED));
            if (job.abandon(shut.error)) {
                ended.getAndIncrement();
            }
        }
    }

    SchedulerStats stats() {
        return new SchedulerStats(admitted.get(), refused.sum(), ended.get(), inbox.doorbells(), engine.doorbells());
    }

    /** Takes in an event; a job that its entity refuses has ended by then. */
    void handle(SchedulerEvent event) {
        try {
            scheduler.handle(event);
        } catch (SchedulerException e) {
            // Its entity was killed behind the submitter's back; the job has ended with the error that says so.
        }
    }

    private void overflow(Object item) {
        throw new IllegalStateException("an inbox of " + scheduler + " has no room for " + item
                + ", though each unfinished job owns a place: please report this");
    }
}
