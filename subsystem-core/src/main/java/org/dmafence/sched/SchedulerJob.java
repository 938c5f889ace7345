package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.jspecify.annotations.Nullable;

/**
 * Work on its way through a scheduler. Kernel counterpart: {@code struct drm_sched_job}.
 *
 * <p>Made by {@link SchedulerEntity#newJob}, given dependencies, {@linkplain #arm armed} and then, without fail, handed
 * to {@link GpuScheduler#handle} or {@link #abandon}: somebody may be waiting for its fences.
 */
public final class SchedulerJob extends JobEnd implements SchedulerEvent {
    /*
     * Overview. A job passes from thread to thread, each handing it on through a queue that orders their accesses:
     *
     *   submitter  newJob, addDependency, arm   ->  host  push, select, run  ->  engine  runOn
     *     ->  the signaler of the hardware fence  ->  host  free
     *
     * How it ends is in JobEnd, what the host alone knows in HostNotes.
     *
     * Two may hold a job's fences: the host, from arming to freeing, and a client's handle. They share the one
     * reference to `finished` that the job has, and the last of them drops it:
     *
     * I1  A bit of `holders` is set before the job is handed on, and cleared once. Who clears the last one drops the
     *     reference. A bit that is cleared stays so; so the host that finds itself alone need not clear its own.
     *
     *   field        written by   read by     mode
     *   holders      both         both        plain before pushing, then atomic and, acquire
     *   submittedNs  submitter    anybody     opaque
     *   ranNs        engine       anybody     opaque
     *   all others   one thread at a time     plain, ordered by the hand-over
     */
    static final long NEVER = Long.MIN_VALUE;

    private static final int HOST = 1;
    private static final int CLIENT = 2;

    private final SchedulerEntity entity;
    private final RingJob work;
    private final int credits;
    private final long clientId;
    private Dependencies dependencies = Dependencies.NONE;
    private @Nullable SchedulerFence fence;
    private @Nullable GpuScheduler scheduler;
    private SchedulerPriority priority;
    private Object submitter;
    private long submittedNs = NEVER;
    private long ranNs = NEVER;
    private int karma;
    private int holders = HOST;

    /**
     * The next of the {@link FinishedJobs} that this one is among. Written by the side that ended it, then by the host.
     */
    @Nullable SchedulerJob nextFinished;

    SchedulerJob(SchedulerEntity entity, RingJob work, int credits, long clientId) {
        this.entity = entity;
        this.work = work;
        this.credits = credits;
        this.clientId = clientId;
        priority = entity.priority();
        submitter = entity.client();
    }

    /** The entity it was made by. */
    public SchedulerEntity entity() {
        return entity;
    }

    /** What the hardware is to do. */
    public RingJob work() {
        return work;
    }

    /** How much of the scheduler's credit limit it asked for. */
    public int credits() {
        return credits;
    }

    /** The client's number for the trace, 0 for none. Kernel counterpart: {@code drm_client_id}. */
    public long clientId() {
        return clientId;
    }

    /** The scheduler that arming chose for it; of an armed job. */
    public GpuScheduler scheduler() {
        if (scheduler == null) {
            throw outOfOrder("has no scheduler before it is armed");
        }
        return scheduler;
    }

    /** The entity's priority when the job was armed. */
    public SchedulerPriority priority() {
        return priority;
    }

    /**
     * Says who submits the job, if several share its entity: when one of them is killed, the entity dies with the last
     * that used it. By default that is the entity's client. Before pushing.
     */
    public SchedulerJob submittedBy(Object user) {
        submitter = Objects.requireNonNull(user, "user");
        return this;
    }

    Object submitter() {
        return submitter;
    }

    /** How often the job was blamed for a hang. */
    public int karma() {
        return karma;
    }

    /** The fence pair of an armed job. */
    public SchedulerFence fence() {
        if (fence == null) {
            throw outOfOrder("has no fences before it is armed");
        }
        return fence;
    }

    /** Signals when the hardware was given the job; of an armed job. */
    public DmaFence scheduled() {
        return fence().scheduled();
    }

    /** Signals when the job has ended; of an armed job. */
    public DmaFence finished() {
        return fence().finished();
    }

    /** When the job was submitted, on the runtime's clock; {@link Long#MIN_VALUE} before. From any thread. */
    public long submittedNs() {
        return (long) SUBMITTED.getOpaque(this);
    }

    /**
     * When the ring was given the job, on the runtime's clock, or when its engine last looked at that before; {@link
     * Long#MIN_VALUE} before. From any thread.
     */
    public long ranNs() {
        return (long) RAN.getOpaque(this);
    }

    /** Whether the job is over: {@code finished} has signalled or is about to. From any thread. */
    public boolean isEnded() {
        return endedAcquire();
    }

    /**
     * Whether the hardware has finished the job, or the job has ended. Kernel counterpart: {@code
     * drm_sched_job_is_signaled()}.
     */
    public boolean pollSignaled() {
        DmaFence hardware = fence().parent();
        return (hardware != null && hardware.pollSignaled()) || finished().isSignaled();
    }

    /** Whether the scheduler has freed the job. For its host. */
    public boolean isFreed() {
        return freed;
    }

    /**
     * Makes the job wait for a fence, and takes a reference to it until the job is freed. Of several fences of one
     * context only the latest is kept. For those of buffers and timelines see {@link JobDependencies}. Kernel
     * counterpart: {@code drm_sched_job_add_dependency()}.
     *
     * @throws SchedulerException {@code EINVAL} once the job is armed
     */
    public void addDependency(DmaFence dependency) {
        Dependencies own = unarmed("takes no more dependencies");
        if (own == Dependencies.NONE) {
            own = new Dependencies();
            dependencies = own;
        }
        own.add(dependency);
    }

    /** Whether the job waits for this very fence. Kernel counterpart: {@code drm_sched_job_has_dependency()}. */
    public boolean hasDependency(DmaFence fenceAsked) {
        return dependencies.all().contains(fenceAsked);
    }

    /** What the job was made to wait for and still holds, in the order of adding. */
    public List<DmaFence> dependencies() {
        return dependencies.all();
    }

    /**
     * Drops a job that is not to be armed after all, and its references. Kernel counterpart: {@code
     * drm_sched_job_cleanup()}.
     *
     * @throws SchedulerException {@code EINVAL} once the job is armed
     */
    public void cleanup() {
        unarmed("can't be discarded; push or abandon it").release();
    }

    private Dependencies unarmed(String consequence) {
        if (fence != null) {
            throw outOfOrder("was armed and " + consequence);
        }
        return dependencies;
    }

    /**
     * Chooses a scheduler for the job and makes its fences; the point of no return: it must be pushed now, in the order
     * of arming. Kernel counterpart: {@code drm_sched_job_arm()}.
     *
     * @throws SchedulerException {@code EINVAL} if it is armed, {@code ENOENT} if no scheduler of the entity is ready
     */
    public SchedulerJob arm() {
        return arm(any -> true);
    }

    /**
     * As {@link #arm()}, for a host that has a place for the job with some of the entity's schedulers only.
     *
     * @param admitted which it may go to; called on this thread, at most once for each
     * @throws SchedulerException as {@link #arm()}, and {@code EAGAIN} if the entity has to stay with one that is none
     *     of these; the job is not armed then
     */
    public SchedulerJob arm(Predicate<GpuScheduler> admitted) {
        if (fence != null) {
            throw outOfOrder("was armed before");
        }
        long nowNs = entity.scheduler().runtime().clock().nanoTime(); // foreign code, so before the point of no return
        GpuScheduler chosen = entity.chooseScheduler(admitted);
        scheduler = chosen;
        priority = entity.priority();
        fence = new SchedulerFence(entity.timeline(), chosen.core().identity, work.id());
        entity.timeline().countArmed();
        SUBMITTED.setOpaque(this, nowNs);
        return this;
    }

    /**
     * Keeps the job's fences for a client until {@link #letGo}; by the submitter, between arming and handing the job
     * on. Cheaper than a reference.
     */
    public void hold() {
        holders = HOST | CLIENT;
    }

    /** The client that {@linkplain #hold holds} the job's fences lets go of them. Any thread; once does it. */
    public void letGo() {
        if ((int) HOLDERS.getAndBitwiseAnd(this, ~CLIENT) == CLIENT) { // I1
            finished().release();
        }
    }

    void stampSubmitted() {
        SUBMITTED.setOpaque(this, scheduler().runtime().clock().nanoTime());
    }

    /**
     * Gives the job to a ring and follows its hardware fence from then on; what the ring throws ends the job, with the
     * error of a {@link FenceErrorException}. Kernel counterpart: the call of {@code run_job} in the run worker. Called
     * by the engine, once for each {@link SchedulerPort#run}; any more calls, and calls that come too late, do nothing.
     */
    public void runOn(HardwareRing ring) {
        HardwareRun attempt = run();
        if (attempt == null || isEnded() || !attempt.take()) {
            return;
        }
        RAN.setOpaque(this, scheduler().core().nowNs());
        attempt.submitTo(ring);
    }

    /**
     * Ends a job that the hardware does not take. Called by the engine instead of {@link #runOn}.
     *
     * @param error what {@code finished} ends with, {@code null} for success, which only a named policy may say
     */
    public void fail(@Nullable FenceError error) {
        end(error);
    }

    /**
     * Ends and frees an armed job that was not pushed and never will be. Called where that is found out, from any
     * thread; on any other job it does nothing.
     *
     * @param error what {@code finished} ends with, {@code null} for success
     * @return false if the job had ended
     */
    public boolean abandon(@Nullable FenceError error) {
        if (pushed || !claimAndSignal(error)) {
            return false;
        }
        entity.progress().abandoned();
        free();
        return true;
    }

    // ---- the scheduler's side ---------------------------------------------------------------------------------------

    Dependencies waits() {
        return dependencies;
    }

    /** Whether it has its fences. */
    public boolean isArmed() {
        return fence != null;
    }

    void blame() {
        karma++;
    }

    /** Drops what the job holds: its dependencies, and its hold on {@code finished}. */
    void free() {
        freed = true;
        prepared(null);
        dependencies.release();
        if ((int) HOLDERS.getAcquire(this) == HOST || (int) HOLDERS.getAndBitwiseAnd(this, ~HOST) == HOST) { // I1
            finished().release();
        }
    }

    SchedulerException outOfOrder(String problem) {
        return new SchedulerException(FenceError.EINVAL, this + " " + problem);
    }

    @Override
    public String toString() {
        return "job " + work.id() + " of " + entity.client() + " on "
                + entity.scheduler().name();
    }

    private static final VarHandle SUBMITTED;
    private static final VarHandle RAN;
    private static final VarHandle HOLDERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SUBMITTED = lookup.findVarHandle(SchedulerJob.class, "submittedNs", long.class);
            RAN = lookup.findVarHandle(SchedulerJob.class, "ranNs", long.class);
            HOLDERS = lookup.findVarHandle(SchedulerJob.class, "holders", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
