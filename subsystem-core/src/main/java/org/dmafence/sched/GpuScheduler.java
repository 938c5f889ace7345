package org.dmafence.sched;

import java.util.List;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.SubmitQueue.Work;
import org.jspecify.annotations.Nullable;

/**
 * Decides which job goes to a hardware ring next, notices when the ring hangs, and sees to it that every job ends.
 * Kernel counterpart: {@code struct drm_gpu_scheduler}.
 *
 * <p>The highest priority that has anything ready is served first, within it the entity that the {@linkplain
 * SchedulerPolicy policy} says. If its job does not fit into the credits that are free, nothing runs until it does:
 * nobody overtakes.
 *
 * <p>Called by one thread at a time, its host, except where a method says otherwise. Nothing happens but in these
 * calls; what the kernel leaves to workers waits here until {@link #runWork}, in the kernel's order. Signalling fences
 * runs their callbacks within the call; they must not call back into the scheduler.
 */
public final class GpuScheduler {
    private final Core core;
    private final JobPush jobPush;
    private final Dispatch dispatch;
    private final SchedulerRecovery recovery;
    private final String device;
    private volatile boolean ready = true;

    GpuScheduler(GpuSchedulerBuilder builder) {
        device = builder.device;
        core = new Core(this, builder);
        jobPush = new JobPush(this, core);
        dispatch = new Dispatch(core);
        recovery = new SchedulerRecovery(core, builder.hangLimit);
    }

    /**
     * A scheduler to configure.
     *
     * @param device of the ring, such as {@code 0000:04:00.0}
     * @param name of the ring, such as {@code gfx}; the timeline name of its fences
     */
    public static GpuSchedulerBuilder builder(FenceRuntime runtime, String device, String name, SchedulerPort port) {
        return new GpuSchedulerBuilder(runtime, device, name, port);
    }

    // ---- what it is; from any thread --------------------------------------------------------------------------------

    /** The runtime of its fences. */
    public FenceRuntime runtime() {
        return core.runtime;
    }

    /** The device of its ring. */
    public String device() {
        return device;
    }

    /** The name of its ring. */
    public String name() {
        return core.identity.name;
    }

    /** How many credits may be on the hardware at a time. */
    public int creditLimit() {
        return core.creditLimit;
    }

    /**
     * How much there is to do: one for each entity that has pushed a job here and for each job that has not finished.
     * Jobs that ended with their killed entity are counted for ever, as in the kernel.
     */
    public int score() {
        return core.score.get();
    }

    /** Whether entities with a choice may choose it. */
    public boolean isReady() {
        return ready;
    }

    /** Says whether entities with a choice may choose it; a broken ring is not ready. */
    public void setReady(boolean isReady) {
        ready = isReady;
    }

    /** A new queue for a client, of normal priority and for this scheduler only. */
    public SchedulerEntity newEntity(String client) {
        return SchedulerEntity.builder(client, List.of(this)).build();
    }

    // ---- how it stands; for the host --------------------------------------------------------------------------------

    /** How many credits are on the hardware. */
    public int usedCredits() {
        return core.usedCredits();
    }

    /** The jobs that the hardware has or had and that are not freed, in the order of handing out. */
    public List<SchedulerJob> pendingJobs() {
        return core.pending.all();
    }

    /** As {@link #pendingJobs()}, of one entity. Kernel counterpart: {@code drm_sched_for_each_pending_job()}. */
    public List<SchedulerJob> pendingJobs(SchedulerEntity entity) {
        return core.pending.all().stream().filter(job -> job.entity() == entity).toList();
    }

    /** Whether it hands out nothing for now. Kernel counterpart: {@code drm_sched_is_stopped()}. */
    public boolean isStopped() {
        return core.work.isPaused();
    }

    /** Whether it was torn down and takes no more jobs. */
    public boolean isTornDown() {
        return core.isTornDown();
    }

    /** What a job takes on the hardware, in microseconds, as a moving average. */
    public long averageJobUs() {
        return core.average.us();
    }

    /** How many run queues it has: one for each priority, or one with {@link SchedulerPolicy#FAIR}. */
    public int runQueues() {
        return core.queues.count();
    }

    /** How many priorities an entity may have. */
    public int priorities() {
        return core.queues.lowest().level() + 1;
    }

    /** The priority of the first entity in the first run queue, {@code null} if that is empty. */
    public @Nullable SchedulerPriority headPriority() {
        return core.queues.headPriority();
    }

    /** What drivers reset their hardware with. */
    public SchedulerRecovery recovery() {
        return recovery;
    }

    // ---- events and work; for the host ------------------------------------------------------------------------------

    /**
     * Takes in what was posted to the port, or a job that was just armed. Runs nothing: {@link #runReady} does.
     *
     * @throws SchedulerException as {@link #push}; other events never throw
     */
    public void handle(SchedulerEvent event) {
        Thread before = core.enter();
        try {
            if (event instanceof SchedulerJob job && !job.pushed) {
                jobPush.push(job);
            } else {
                core.takeIn(event);
            }
        } finally {
            core.leave(before);
        }
    }

    /**
     * Makes several calls of the host as one, which is cheaper. What arises on this thread within takes effect at once,
     * as in each of them.
     */
    public void inOneCall(Runnable calls) {
        core.inCall(calls);
    }

    /**
     * Submits an armed job now. Kernel counterpart: {@code drm_sched_entity_push_job()}.
     *
     * @throws SchedulerException {@code EINVAL} for a job that is not armed, was pushed or is another scheduler's;
     *     {@code ESRCH} for a killed entity and {@code ECANCELED} after teardown: the job ends with that error all the
     *     same, after those that the entity had before
     */
    public void push(SchedulerJob job) {
        Thread before = core.enter();
        try {
            if (job.isArmed() && !job.pushed) {
                job.stampSubmitted();
            }
            jobPush.push(job);
        } finally {
            core.leave(before);
        }
    }

    /** The host's timer went off, see {@link SchedulerPort#timer}; if too early, the host is asked again. */
    public void onTimer() {
        core.inCall(core.timeouts::onTimer);
    }

    /**
     * Does one piece of work: chooses a job and hands it out, or frees what has finished.
     *
     * @return whether there was any
     */
    public boolean runWork() {
        Work next = core.work.poll();
        if (next == null) {
            return false;
        }
        Thread before = core.enter();
        try {
            if (next == Work.RUN) {
                dispatch.runOne();
            } else {
                core.pending.freeFinished();
                core.work.queue(Work.RUN);
            }
        } finally {
            core.leave(before);
        }
        return true;
    }

    /**
     * Works until there is nothing to do.
     *
     * @return how many jobs it handed to the port
     */
    public int runReady() {
        int before = dispatch.taken();
        Thread caller = core.enter(); // once for all the calls
        try {
            while (runWork()) {}
        } finally {
            core.leave(caller);
        }
        return dispatch.taken() - before;
    }

    // ---- entities and the end; for the host. An entity of another scheduler is refused with EINVAL ------------------

    /**
     * Moves an entity to another priority, with whatever it has queued; lower than there is gets the lowest there is.
     * Kernel counterpart: {@code drm_sched_entity_set_priority()}, which leaves the entity in its run queue.
     */
    public void setPriority(SchedulerEntity entity, SchedulerPriority priority) {
        refuseOthers(entity);
        RunQueue before = core.queues.of(entity);
        SchedulerPriority clamped = core.clamp(priority, entity.client());
        boolean moves = clamped != entity.priority() && core.queues.count() > 1;
        RunQueue after = core.queues.of(clamped);
        after.reserve(); // before anything has changed: an entity must be in the queue of its priority
        entity.setPriority(clamped);
        if (moves && before.remove(entity)) {
            after.adopt(entity);
            core.work.queue(Work.RUN);
        }
    }

    /**
     * Begins to wait until an entity's queue is empty. Kernel counterpart: {@code drm_sched_entity_flush()}.
     *
     * @param user who flushes, as in {@link SchedulerJob#submittedBy}
     * @param whenIdle run by the host as soon as the entity is idle, perhaps at once
     */
    public SchedulerFlush flush(SchedulerEntity entity, Object user, Runnable whenIdle) {
        refuseOthers(entity);
        Thread before = core.enter();
        try {
            return core.ends.flush(entity, user, whenIdle);
        } finally {
            core.leave(before);
        }
    }

    /**
     * Ends a flush, whether the entity is idle or its client's time is up.
     *
     * @param killed whether the client is dying by force: unless somebody else has pushed a job since, the entity dies
     *     with it
     */
    public void endFlush(SchedulerFlush flush, boolean killed) {
        core.inCall(() -> core.ends.endFlush(flush, killed));
    }

    /**
     * Ends an entity: its queued jobs finish with {@code -ESRCH}, in order, each after its dependencies; those that the
     * hardware has end by themselves. Kernel counterpart: {@code drm_sched_entity_kill()}.
     */
    public void kill(SchedulerEntity entity) {
        refuseOthers(entity);
        core.inCall(() -> core.ends.kill(entity));
    }

    /**
     * Cancels one job that waits in its entity's queue: it ends with {@code ECANCELED} when its turn comes, in order
     * and after its dependencies. As with a guilty client's, the host is to spare the hardware a job whose {@code
     * finished} has an error. No kernel counterpart: there only whole entities are killed.
     *
     * @return false, and nothing has happened, if it is another scheduler's, was handed out or has ended
     */
    public boolean cancel(SchedulerJob job) {
        if (!job.pushed || job.run() != null || job.isEnded() || job.scheduler() != this) {
            return false;
        }
        job.fence().setError(FenceError.ECANCELED);
        return true;
    }

    /**
     * Ends an entity for good: kills it and forgets its last job. Kernel counterpart: {@code drm_sched_entity_fini()}.
     */
    public void fini(SchedulerEntity entity) {
        refuseOthers(entity);
        core.inCall(() -> core.ends.fini(entity));
    }

    private void refuseOthers(SchedulerEntity entity) {
        if (entity.scheduler() != this) {
            throw new SchedulerException(
                    FenceError.EINVAL,
                    entity + " is not of " + this + "; call its scheduler, which changes only when a job is armed");
        }
    }

    /**
     * Ends every job there is, in the order of running and then of queueing, whatever it waits for, and takes no more.
     * The callbacks it has on other fences are removed. If the driver can cancel jobs, those on the hardware end first,
     * the latest of them before the others. Kernel counterpart: {@code drm_sched_fini()}, which only warns of what is
     * left.
     *
     * @param error what they end with, {@code null} for success
     * @return how many jobs were left
     */
    public int tearDown(@Nullable FenceError error) {
        if (core.isTornDown()) {
            return 0;
        }
        ready = false;
        Thread before = core.enter();
        try {
            return new Teardown(core, error).run();
        } finally {
            core.leave(before);
        }
    }

    /**
     * How far {@link #tearDown} has come: a number that grows until it is over, but while foreign code holds it up. Any
     * thread.
     */
    public long tearDownProgress() {
        return core.tearDownProgress();
    }

    Core core() {
        return core;
    }

    @Override
    public String toString() {
        return "scheduler " + name() + " of " + device;
    }
}
