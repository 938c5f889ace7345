package org.dmafence.sched;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * A client's queue of jobs: they run in the order of pushing, on one of the schedulers that the entity may use. Kernel
 * counterpart: {@code struct drm_sched_entity}.
 *
 * <p>One submitter at a time makes, arms and posts jobs, under a lock of the caller's if there are several. Everything
 * else is the scheduler's. With several schedulers to choose from, arming a job picks the one with the least to do, but
 * only when everything before has finished: until then the entity stays where it is.
 */
public final class SchedulerEntity {
    private final String client;
    private final SchedulerTimeline timeline;
    private final @Nullable GuiltyFlag guilty;
    private final EntityStats stats = new EntityStats();
    private final RunQueue.Place place = new RunQueue.Place();
    private final EntityProgress progress = new EntityProgress();

    private volatile GpuScheduler scheduler;
    private volatile SchedulerPriority priority;

    /** Written by the submitter; {@code null} when there is nothing to choose. */
    private @Nullable List<GpuScheduler> candidates;

    /** The scheduler that counts the entity among its own, since it has pushed a job there. Any thread. */
    private final AtomicReference<@Nullable Core> listedAt = new AtomicReference<>();

    /** Written by the host, read by the submitter too. */
    private volatile boolean killed;

    // The scheduler's host alone touches what follows.

    private final JobDeque queue = new JobDeque();

    private @Nullable DependencyWait wait;
    private @Nullable Object lastUser;

    private SchedulerEntity(Builder builder) {
        client = builder.client;
        candidates = builder.schedulers.size() > 1 ? builder.schedulers : null;
        guilty = builder.guilty;
        scheduler = builder.schedulers.get(0);
        timeline = new SchedulerTimeline(scheduler.runtime(), scheduler.name(), client);
        priority = scheduler.core().clamp(builder.priority, client);
    }

    /**
     * An entity to configure. From any thread.
     *
     * @param client its name
     * @param schedulers which it may use, all of one runtime; the first is its own until there is something to choose
     * @throws SchedulerException {@code EINVAL} if there are none
     */
    public static Builder builder(String client, List<GpuScheduler> schedulers) {
        return new Builder(client, schedulers);
    }

    /** The client's name. */
    public String client() {
        return client;
    }

    /** The context of the {@code scheduled} fences; that of {@code finished} is the next one. Unique in the runtime. */
    public long fenceContext() {
        return timeline.scheduled.id();
    }

    /** The scheduler it feeds at present. */
    public GpuScheduler scheduler() {
        return scheduler;
    }

    /** How urgent its jobs are; see {@link GpuScheduler#setPriority}. */
    public SchedulerPriority priority() {
        return priority;
    }

    /** The flag that says whether its client hung the hardware, if it has one. */
    public @Nullable GuiltyFlag guilty() {
        return guilty;
    }

    /** What it has had of the hardware. */
    public EntityStats stats() {
        return stats;
    }

    /**
     * The error of the job handed out last, as far as it is known; {@code null} for none. Kernel counterpart:
     * {@code drm_sched_entity_error()}.
     */
    public @Nullable FenceError error() {
        DmaFence last = lastScheduled();
        int errno = last == null ? 0 : last.errno();
        return errno == 0 ? null : FenceError.of(errno);
    }

    /** {@code finished} of the job handed out last; retain it only while the job has not been freed. */
    public @Nullable DmaFence lastScheduled() {
        return progress.lastScheduled();
    }

    /** The jobs waiting in the queue, the first of them possibly for a dependency. For the host. */
    public int queued() {
        return queue.size();
    }

    /** What the head job waits for. For the host. */
    public @Nullable DmaFence dependency() {
        return wait == null ? null : wait.fence();
    }

    /** Whether it was killed and runs nothing any more. */
    public boolean isKilled() {
        return killed;
    }

    /**
     * Replaces the schedulers to choose from; takes effect when a job is armed and everything before has finished.
     * Called by the submitter. Kernel counterpart: {@code drm_sched_entity_modify_sched()}.
     *
     * @throws SchedulerException {@code EINVAL} if there are none
     */
    public void modifySchedulers(List<GpuScheduler> schedulers) {
        candidates = Builder.checked(client, schedulers);
    }

    /**
     * A job without dependencies or fences yet. Kernel counterpart: {@code drm_sched_job_init()}.
     *
     * @param work for the hardware
     * @param credits how much of the scheduler's limit it takes
     * @throws SchedulerException {@code EINVAL} if the credits are not positive
     */
    public SchedulerJob newJob(RingJob work, int credits) {
        return newJob(work, credits, 0);
    }

    /** As {@link #newJob(RingJob, int)} for a client with a number. */
    public SchedulerJob newJob(RingJob work, int credits, long clientId) {
        if (credits <= 0) {
            throw new SchedulerException(
                    FenceError.EINVAL, "job " + work.id() + " with " + credits + " credits; a job takes at least 1");
        }
        return new SchedulerJob(this, work, credits, clientId);
    }

    // ---- the submitter's side ---------------------------------------------------------------------------------------

    /**
     * Picks the scheduler for a job that is being armed. Kernel counterpart: {@code drm_sched_entity_select_rq()}.
     *
     * @param admitted which the job may go to
     */
    GpuScheduler chooseScheduler(Predicate<GpuScheduler> admitted) {
        List<GpuScheduler> choice = candidates;
        if (choice == null || isUnserved() || killed) { // without a choice nothing is read that the host writes
            return staying(admitted);
        }
        DmaFence last = lastScheduled();
        if (last != null && !last.pollSignaled()) {
            return staying(admitted);
        }
        GpuScheduler best = null;
        for (GpuScheduler candidate : choice) {
            if (!candidate.isReady()) {
                candidate.core().log(candidate + " is not ready and is passed over for " + client);
            } else if (admitted.test(candidate) && (best == null || candidate.score() < best.score())) {
                best = candidate;
            }
        }
        if (best == null) {
            throw new SchedulerException(
                    FenceError.ENOENT,
                    "no scheduler of " + client + " is ready; discard the job or modify the schedulers");
        }
        if (best != scheduler) {
            scheduler.core().unlist(this);
            scheduler = best;
        }
        if (choice.size() == 1) {
            candidates = null;
        }
        return best;
    }

    private GpuScheduler staying(Predicate<GpuScheduler> admitted) {
        GpuScheduler current = scheduler;
        if (!admitted.test(current)) {
            throw new SchedulerException(
                    FenceError.EAGAIN,
                    this
                            + " has to stay there, where the job may not go; discard it and try again when those before have"
                            + " finished");
        }
        return current;
    }

    /**
     * Whether there are armed jobs that no host has taken from the queue yet. While there are none, no host touches the
     * entity.
     */
    private boolean isUnserved() {
        return timeline.armed() != progress.through();
    }

    // ---- the host's side --------------------------------------------------------------------------------------------

    SchedulerTimeline timeline() {
        return timeline;
    }

    RunQueue.Place place() {
        return place;
    }

    EntityProgress progress() {
        return progress;
    }

    JobDeque queue() {
        return queue;
    }

    SchedulerJob head() {
        return queue.get(0);
    }

    void setPriority(SchedulerPriority clamped) {
        priority = clamped;
    }

    void markKilled() {
        killed = true;
    }

    /** Counts itself among a scheduler's; false if it was. */
    boolean list(Core at) {
        return listedAt.get() != at && listedAt.getAndSet(at) != at;
    }

    /** Counts itself out; false if it was not counted. */
    boolean unlist(Core at) {
        return listedAt.compareAndSet(at, null);
    }

    boolean isListed(Core at) {
        return listedAt.get() == at;
    }

    @Nullable Object lastUser() {
        return lastUser;
    }

    void lastUser(@Nullable Object user) {
        if (lastUser != user) { // seldom: who submits reads the entity with each job
            lastUser = user;
        }
    }

    boolean isWaiting() {
        return wait != null;
    }

    @Nullable DependencyWait waiting() {
        return wait;
    }

    void waitWith(@Nullable DependencyWait begun) {
        wait = begun;
    }

    /** Whether nothing is left to flush. */
    boolean isIdle() {
        return killed || queue.isEmpty();
    }

    @Override
    public String toString() {
        return "entity " + fenceContext() + " of " + client + " on " + scheduler.name();
    }

    /** Settings of an entity. */
    public static final class Builder {
        private final String client;
        private final List<GpuScheduler> schedulers;
        private SchedulerPriority priority = SchedulerPriority.NORMAL;
        private @Nullable GuiltyFlag guilty;

        private Builder(String client, List<GpuScheduler> schedulers) {
            this.client = Objects.requireNonNull(client, "client");
            this.schedulers = checked(client, schedulers);
        }

        private static List<GpuScheduler> checked(String client, List<GpuScheduler> schedulers) {
            if (schedulers.isEmpty()) {
                throw new SchedulerException(
                        FenceError.EINVAL, "entity of " + client + " without a scheduler; name at least 1");
            }
            return List.copyOf(schedulers);
        }

        /** How urgent its jobs are; {@link SchedulerPriority#NORMAL} by default. */
        public Builder priority(SchedulerPriority entityPriority) {
            priority = Objects.requireNonNull(entityPriority, "entityPriority");
            return this;
        }

        /** Where its client is found guilty of a hang, shared by the client's entities; nowhere by default. */
        public Builder guilty(GuiltyFlag flag) {
            guilty = Objects.requireNonNull(flag, "flag");
            return this;
        }

        /** Makes the entity. Kernel counterpart: {@code drm_sched_entity_init()}. */
        public SchedulerEntity build() {
            return new SchedulerEntity(this);
        }
    }
}
