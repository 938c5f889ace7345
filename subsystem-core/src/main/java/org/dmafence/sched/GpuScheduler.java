package org.dmafence.sched;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * Decides which job goes to a hardware ring next. Kernel counterpart: {@code struct drm_gpu_scheduler} with one run queue and
 * the FIFO policy.
 *
 * <p>First come, first served: the entity whose oldest job was submitted first is served first, unless that job waits for a
 * dependency. If the job does not fit into the credits that are free, nothing runs until it does: nobody overtakes.
 *
 * <p>Called by one thread at a time, its host, except where a method says otherwise. Signalling fences runs their callbacks
 * within the call; they must not call back into the scheduler.
 */
public final class GpuScheduler {
    /*
     * Overview. An entity with queued jobs is in exactly one of two sets:
     *
     *   ready    its head job has no outstanding dependency, as far as is known; ordered by the head's submit time
     *   blocked  it waits for a dependency of its head job, or it was killed and waits for one fence after the other
     *
     * Keys of `ready` change only while the entity is outside. A job handed to the port is in `pending` until it, and every
     * one before it, is done.
     *
     * I1  usedCredits is the sum of the charges of the pending jobs that are not done.
     * I2  Every pushed job is in the queue of an entity of ready or blocked, in pending, or was freed: freed once.
     */
    private final FenceRuntime runtime;
    private final String device;
    private final String name;
    private final int creditLimit;
    private final SchedulerPort port;
    private final @Nullable SchedulerTraceListener trace;

    /** What fences know their scheduler by. */
    private final Object identity = new Object();

    private final TreeSet<SchedulerEntity> ready = new TreeSet<>(
            Comparator.comparingLong((SchedulerEntity e) -> e.head().submittedNs())
                    .thenComparingLong(SchedulerEntity::fenceContext));
    private final Set<SchedulerEntity> blocked = new HashSet<>();
    private final ArrayDeque<SchedulerJob> pending = new ArrayDeque<>();
    private int usedCredits;
    private boolean tornDown;

    private GpuScheduler(Builder builder) {
        runtime = builder.runtime;
        device = builder.device;
        name = builder.name;
        creditLimit = builder.creditLimit;
        port = builder.port;
        trace = builder.trace;
    }

    /**
     * A scheduler to configure.
     *
     * @param device of the ring, such as {@code 0000:04:00.0}
     * @param name of the ring, such as {@code gfx}; the timeline name of its fences
     */
    public static Builder builder(FenceRuntime runtime, String device, String name, SchedulerPort port) {
        return new Builder(runtime, device, name, port);
    }

    /** The runtime of its fences. */
    public FenceRuntime runtime() {
        return runtime;
    }

    /** The device of its ring. */
    public String device() {
        return device;
    }

    /** The name of its ring. */
    public String name() {
        return name;
    }

    /** How many credits may be on the hardware at a time. */
    public int creditLimit() {
        return creditLimit;
    }

    /** How many credits are on the hardware. */
    public int usedCredits() {
        return usedCredits;
    }

    /** A new queue for a client. Kernel counterpart: {@code drm_sched_entity_init()}. From any thread. */
    public SchedulerEntity newEntity(String client) {
        return new SchedulerEntity(this, client, new SchedulerTimeline(runtime, identity, name));
    }

    /**
     * Takes in what was posted to the port, or a job that was just armed. Runs nothing: {@link #runReady} does.
     *
     * @throws SchedulerException as {@link #push}; other events never throw
     */
    public void handle(SchedulerEvent event) {
        if (event instanceof SchedulerJob job) {
            if (job.isPushed()) {
                onDone(job);
            } else {
                push(job);
            }
        } else if (event instanceof DependencyWait wait) {
            onDependency(wait);
        }
    }

    /**
     * Queues an armed job. Kernel counterpart: {@code drm_sched_entity_push_job()}.
     *
     * @throws SchedulerException {@code EINVAL} for a job that is not armed, was pushed or is another scheduler's;
     *     {@code ESRCH} for a killed entity and {@code ECANCELED} after teardown: the job ends with that error all the same,
     *     behind those that the entity had before
     */
    public void push(SchedulerJob job) {
        SchedulerEntity entity = job.entity();
        if (entity.scheduler() != this || !job.isArmed() || job.isPushed()) {
            throw new SchedulerException(
                    FenceError.EINVAL,
                    job + " was pushed to " + name
                            + (entity.scheduler() != this
                                    ? ", which is not its scheduler"
                                    : job.isArmed() ? " twice" : " without being armed"));
        }
        job.pushed(charge(job));
        if (tornDown) {
            end(job, FenceError.ECANCELED);
            throw new SchedulerException(FenceError.ECANCELED, job + " was pushed to a torn-down scheduler");
        }
        if (entity.isKilled()) {
            entity.queue().addLast(job);
            if (blocked.add(entity)) {
                endKilled(entity);
            }
            throw new SchedulerException(FenceError.ESRCH, job + " was pushed to a killed entity");
        }
        trace(listener -> {
            listener.jobQueued(job, entity.queued(), usedCredits);
            job.dependencies().forEach(dependency -> listener.jobDependsOn(job, dependency));
        });
        entity.queue().addLast(job);
        if (entity.queued() == 1) {
            ready.add(entity);
        }
    }

    /**
     * Hands jobs to the port until nothing more may run.
     *
     * @return how many
     */
    public int runReady() {
        int count = 0;
        while (runNext()) {
            count++;
        }
        return count;
    }

    private boolean runNext() {
        while (!ready.isEmpty()) {
            SchedulerEntity entity = ready.first();
            SchedulerJob job = entity.head();
            if (creditLimit - usedCredits < job.charge()) {
                return false;
            }
            ready.pollFirst();
            if (mustWait(entity, job)) {
                blocked.add(entity);
                continue;
            }
            entity.queue().removeFirst();
            entity.scheduled(job.finished());
            if (entity.queued() > 0) {
                ready.add(entity);
            }
            usedCredits += job.charge();
            pending.addLast(job);
            trace(listener -> listener.jobRun(job, entity.queued(), usedCredits));
            port.run(job);
            return true;
        }
        return false;
    }

    /** Goes through the job's dependencies up to the first that has not signalled, and begins to wait for that one. */
    private boolean mustWait(SchedulerEntity entity, SchedulerJob job) {
        for (DmaFence next = job.takeDependency(); next != null; next = job.takeDependency()) {
            if (entity.timeline().owns(next)) {
                continue; // an earlier job of the same queue
            }
            DmaFence target = pipelined(next);
            if (target.isSignaled()) {
                continue;
            }
            trace(listener -> listener.jobUnschedulable(job, target));
            if (entity.waitFor(target)) {
                return true;
            }
        }
        return false;
    }

    /** A job of the same ring needs only to be on the ring before: its {@code scheduled} fence will do. */
    private DmaFence pipelined(DmaFence dependency) {
        SchedulerFence pair = dependency.errno() == 0 ? SchedulerFence.of(dependency) : null;
        return pair != null && pair.isOfScheduler(identity) ? pair.scheduled() : dependency;
    }

    private void onDependency(DependencyWait wait) {
        SchedulerEntity entity = wait.entity;
        if (!entity.endWait(wait) || tornDown) {
            return;
        }
        if (entity.isKilled()) {
            endKilled(entity);
        } else {
            blocked.remove(entity);
            ready.add(entity);
        }
    }

    private void onDone(SchedulerJob job) {
        if (tornDown) {
            return;
        }
        usedCredits -= job.charge();
        job.markDone();
        // Strictly in the order of running, as the kernel's free worker: a driver's job may lean on an earlier one's
        // memory.
        for (SchedulerJob first = pending.peekFirst(); first != null && first.isDone(); first = pending.peekFirst()) {
            pending.removeFirst();
            free(first);
        }
    }

    /**
     * Ends an entity: its queued jobs finish with {@code -ESRCH}, in order, each after its dependencies; those that the
     * hardware has end by themselves. Kernel counterpart: {@code drm_sched_entity_kill()}.
     */
    public void kill(SchedulerEntity entity) {
        if (entity.isKilled()) {
            return;
        }
        entity.markKilled();
        if (entity.queued() == 0) {
            return;
        }
        ready.remove(entity);
        blocked.add(entity);
        entity.queue().forEach(SchedulerJob::rewindDependencies);
        if (entity.cancelWait()) {
            endKilled(entity);
        } // otherwise the wait's event is on the way and goes on from here
    }

    /** Ends one queued job after the other, up to the first that has to wait. */
    private void endKilled(SchedulerEntity entity) {
        while (entity.queued() > 0) {
            SchedulerJob job = entity.head();
            DmaFence before = entity.lastScheduled();
            if (before != null && !before.isSignaled() && entity.waitFor(before)) {
                return;
            }
            for (DmaFence next = job.takeDependency(); next != null; next = job.takeDependency()) {
                if (!entity.timeline().owns(next) && waitsForWork(entity, next)) {
                    return;
                }
            }
            entity.queue().removeFirst();
            end(job, FenceError.ESRCH);
        }
        blocked.remove(entity);
    }

    /** Whether a killed entity has to wait for a dependency; for a {@code scheduled} fence that is the job behind it. */
    private boolean waitsForWork(SchedulerEntity entity, DmaFence dependency) {
        SchedulerFence pair = SchedulerFence.of(dependency);
        DmaFence work = pair == null ? dependency : pair.finished();
        return !work.isSignaled() && entity.waitFor(work);
    }

    /**
     * Ends every job there is, in the order of running and then of queueing, whatever it waits for, and takes no more. The
     * callbacks it has on other fences are removed. Kernel counterpart: {@code drm_sched_fini()}, which only warns of what is
     * left.
     *
     * @param error what they end with, {@code null} for success
     * @return how many jobs were left
     */
    public int tearDown(@Nullable FenceError error) {
        if (tornDown) {
            return 0;
        }
        tornDown = true;
        ArrayDeque<SchedulerJob> left = new ArrayDeque<>(pending);
        pending.clear();
        ready.forEach(entity -> left.addAll(entity.queue()));
        blocked.forEach(entity -> {
            entity.cancelWait();
            left.addAll(entity.queue());
        });
        ready.forEach(entity -> entity.queue().clear());
        ready.clear();
        blocked.forEach(entity -> entity.queue().clear());
        blocked.clear();
        usedCredits = 0;
        left.forEach(job -> end(job, error));
        return left.size();
    }

    private void end(SchedulerJob job, @Nullable FenceError error) {
        job.cancel(error);
        free(job);
    }

    private void free(SchedulerJob job) {
        job.free();
        port.freed(job);
    }

    private int charge(SchedulerJob job) {
        if (job.credits() > creditLimit) {
            warn(job + " takes " + job.credits() + " credits of " + creditLimit + "; it is charged all there are");
        }
        return Math.min(job.credits(), creditLimit);
    }

    void post(SchedulerEvent event) {
        port.post(event);
    }

    void traceDone(SchedulerJob job) {
        trace(listener -> listener.jobDone(job));
    }

    private void trace(Consumer<SchedulerTraceListener> event) {
        if (trace == null) {
            return;
        }
        try {
            event.accept(trace);
        } catch (RuntimeException | Error e) {
            warn("the trace listener of scheduler " + name + " failed: " + ForeignFailure.text(e));
        }
    }

    private void warn(String message) {
        try {
            runtime.reporter().report(FenceReporter.Kind.WARN, message, null);
        } catch (RuntimeException | Error e) {
            System.getLogger("org.dmafence.sched").log(System.Logger.Level.ERROR, "the fence reporter failed", e);
        }
    }

    @Override
    public String toString() {
        return "scheduler " + name + " of " + device;
    }

    /** Settings of a scheduler. */
    public static final class Builder {
        private final FenceRuntime runtime;
        private final String device;
        private final String name;
        private final SchedulerPort port;
        private int creditLimit = 1;
        private @Nullable SchedulerTraceListener trace;

        private Builder(FenceRuntime runtime, String device, String name, SchedulerPort port) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            this.device = Objects.requireNonNull(device, "device");
            this.name = Objects.requireNonNull(name, "name");
            this.port = Objects.requireNonNull(port, "port");
        }

        /**
         * How many credits may be on the hardware at a time; 1 by default.
         *
         * @throws SchedulerException {@code EINVAL} if it is not positive
         */
        public Builder creditLimit(int limit) {
            if (limit <= 0) {
                throw new SchedulerException(
                        FenceError.EINVAL, "scheduler " + name + " with " + limit + " credits; allow at least 1");
            }
            creditLimit = limit;
            return this;
        }

        /** Who gets the trace events; nobody by default. */
        public Builder trace(SchedulerTraceListener listener) {
            trace = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /** Makes the scheduler. */
        public GpuScheduler build() {
            return new GpuScheduler(this);
        }
    }
}
