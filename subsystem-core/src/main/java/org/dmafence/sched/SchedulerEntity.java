package org.dmafence.sched;

import java.util.ArrayDeque;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * A client's queue of jobs for one scheduler: jobs of an entity run in the order of pushing. Kernel counterpart:
 * {@code struct drm_sched_entity}.
 *
 * <p>One submitter at a time makes, arms and posts jobs, under a lock of the caller's if there are several. Everything else
 * is the scheduler's.
 */
public final class SchedulerEntity {
    private final GpuScheduler scheduler;
    private final String client;
    private final SchedulerTimeline timeline;

    // The scheduler's host alone touches what follows.

    private final ArrayDeque<SchedulerJob> queue = new ArrayDeque<>();

    private @Nullable DependencyWait wait;

    /** {@code finished} of the job handed out last. Not retained: the job does that until it has signalled. */
    private @Nullable DmaFence lastScheduled;

    private boolean killed;

    SchedulerEntity(GpuScheduler scheduler, String client, SchedulerTimeline timeline) {
        this.scheduler = scheduler;
        this.client = client;
        this.timeline = timeline;
    }

    /** The client's name. */
    public String client() {
        return client;
    }

    /** The context of the {@code scheduled} fences; that of {@code finished} is the next one. Unique in the runtime. */
    public long fenceContext() {
        return timeline.scheduled.id();
    }

    /** The scheduler it feeds. */
    public GpuScheduler scheduler() {
        return scheduler;
    }

    /**
     * A job without dependencies or fences yet. Kernel counterpart: {@code drm_sched_job_init()}.
     *
     * @param work for the hardware
     * @param credits how much of the scheduler's limit it takes
     * @throws SchedulerException {@code EINVAL} if the credits are not positive
     */
    public SchedulerJob newJob(RingJob work, int credits) {
        if (credits <= 0) {
            throw new SchedulerException(
                    FenceError.EINVAL, "job " + work.id() + " with " + credits + " credits; a job takes at least 1");
        }
        return new SchedulerJob(this, work, credits);
    }

    /** The jobs waiting in the queue, the first of them possibly for a dependency. */
    int queued() {
        return queue.size();
    }

    SchedulerTimeline timeline() {
        return timeline;
    }

    ArrayDeque<SchedulerJob> queue() {
        return queue;
    }

    SchedulerJob head() {
        return queue.getFirst();
    }

    boolean isKilled() {
        return killed;
    }

    void markKilled() {
        killed = true;
    }

    @Nullable DmaFence lastScheduled() {
        return lastScheduled;
    }

    void scheduled(DmaFence finished) {
        lastScheduled = finished;
    }

    /** Waits for a fence; false if that has signalled. */
    boolean waitFor(DmaFence fence) {
        DependencyWait begun = new DependencyWait(this, fence);
        wait = begun;
        if (begun.begin()) {
            return true;
        }
        wait = null;
        return false;
    }

    /** Ends a wait whose event has come; false if the event is not of the present wait. */
    boolean endWait(DependencyWait ended) {
        if (wait != ended) {
            return false;
        }
        wait = null;
        return true;
    }

    /** Calls the wait off, if there is one; false if its event is on the way. */
    boolean cancelWait() {
        if (wait != null && !wait.cancel()) {
            return false;
        }
        wait = null;
        return true;
    }

    @Override
    public String toString() {
        return "entity " + fenceContext() + " of " + client + " on " + scheduler.name();
    }
}
