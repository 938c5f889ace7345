package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * Work on its way through a scheduler. Kernel counterpart: {@code struct drm_sched_job}.
 *
 * <p>Made by {@link SchedulerEntity#newJob}, given dependencies, {@linkplain #arm armed} and then, without fail, handed to
 * {@link GpuScheduler#handle} or {@link #abandon}: somebody may be waiting for its fences.
 */
public final class SchedulerJob implements SchedulerEvent {
    /*
     * Overview. A job passes from thread to thread, each handing it on through a queue that orders their accesses:
     *
     *   submitter  newJob, addDependency, arm   ->  host  push, select, run  ->  engine  runOn
     *     ->  whoever signals the hardware fence  ->  host  free
     *
     * Its end may come from several sides at once: the hardware fence, the engine, the host tearing down, the submitter
     * finding nobody to take it. `ended` decides, by CAS:
     *
     * I1  Who sets `ended` alone signals `finished`, after `scheduled`, once.
     * I2  A job that the hardware fence or the engine ended is posted to its scheduler, once.
     *
     *   field        written by   read by     mode
     *   ended        see above    see above   CAS, acquire
     *   submittedNs  submitter    anybody     opaque
     *   ranNs        engine       anybody     opaque
     *   all others   one thread at a time     plain, ordered by the hand-over
     */
    static final long NEVER = Long.MIN_VALUE;

    private final SchedulerEntity entity;
    private final RingJob work;
    private final int credits;
    private final List<DmaFence> dependencies = new ArrayList<>(2);
    private final HardwareDone hardwareDone = new HardwareDone(this);
    private @Nullable SchedulerFence fence;
    private long submittedNs = NEVER;
    private long ranNs = NEVER;
    private boolean ended;

    // The scheduler's host alone touches what follows.

    private boolean pushed;
    private boolean done;
    private int charge;
    private int nextDependency;

    SchedulerJob(SchedulerEntity entity, RingJob work, int credits) {
        this.entity = entity;
        this.work = work;
        this.credits = credits;
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

    /** Signals when the job is through; of an armed job. */
    public DmaFence finished() {
        return fence().finished();
    }

    /** When the job was armed, on the runtime's clock; {@link Long#MIN_VALUE} before. From any thread. */
    public long submittedNs() {
        return (long) SUBMITTED.getOpaque(this);
    }

    /** When the ring was given the job, on the runtime's clock; {@link Long#MIN_VALUE} before. From any thread. */
    public long ranNs() {
        return (long) RAN.getOpaque(this);
    }

    /** Whether the job is over: {@code finished} has signalled or is about to. From any thread. */
    public boolean isEnded() {
        return (boolean) ENDED.getAcquire(this);
    }

    /**
     * Makes the job wait for a fence, and takes a reference to it until the job is freed. Of several fences of one context
     * only the latest is kept. Kernel counterpart: {@code drm_sched_job_add_dependency()}.
     *
     * @throws SchedulerException {@code EINVAL} once the job is armed
     */
    public void addDependency(DmaFence dependency) {
        Objects.requireNonNull(dependency, "dependency");
        if (fence != null) {
            throw outOfOrder("was armed and takes no more dependencies");
        }
        for (int i = 0; i < dependencies.size(); i++) {
            DmaFence known = dependencies.get(i);
            if (known.context() == dependency.context()) {
                if (dependency.isLaterThan(known)) {
                    dependencies.set(i, dependency.retain());
                    known.release();
                }
                return;
            }
        }
        dependencies.add(dependency.retain());
    }

    /**
     * Drops a job that is not to be armed after all, and its references. Kernel counterpart: {@code drm_sched_job_cleanup()}.
     *
     * @throws SchedulerException {@code EINVAL} once the job is armed
     */
    public void discard() {
        if (fence != null) {
            throw outOfOrder("was armed and can't be discarded; push or abandon it");
        }
        dropDependencies();
    }

    /**
     * Makes the job's fences; the point of no return: it must be pushed now, in the order of arming. Kernel counterpart:
     * {@code drm_sched_job_arm()}.
     *
     * @throws SchedulerException {@code EINVAL} if it is armed
     */
    public SchedulerJob arm() {
        if (fence != null) {
            throw outOfOrder("was armed before");
        }
        fence = new SchedulerFence(entity.timeline());
        SUBMITTED.setOpaque(this, entity.scheduler().runtime().clock().nanoTime());
        return this;
    }

    /**
     * Gives the job to a ring and follows its hardware fence from then on; what the ring throws ends the job. Kernel
     * counterpart: the call of {@code run_job} in the run worker. Called by the engine, once.
     */
    public void runOn(HardwareRing ring) {
        if (isEnded()) {
            return;
        }
        GpuScheduler scheduler = entity.scheduler();
        RAN.setOpaque(this, scheduler.runtime().clock().nanoTime());
        DmaFence hardware;
        try {
            hardware = ring.submit(work);
        } catch (Throwable e) {
            fail(ForeignFailure.report(
                    scheduler.runtime(), "submit of job " + work.id() + " to " + scheduler.name(), e));
            return;
        }
        if (hardware == null) {
            end(null);
        } else if (isEnded()) {
            hardware.release();
        } else {
            follow(hardware);
        }
    }

    private void follow(DmaFence hardware) {
        SchedulerFence pair = fence();
        pair.storeParent(hardware);
        pair.signalScheduled();
        if (!hardware.addCallback(hardwareDone)) {
            hardwareDone.onSignaled(hardware);
        }
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
     * Ends and frees an armed job that was not pushed and never will be. Called by whoever finds that out, from any thread; on
     * any other job it does nothing.
     *
     * @param error what {@code finished} ends with, {@code null} for success
     * @return false if the job had ended
     */
    public boolean abandon(@Nullable FenceError error) {
        if (pushed || !claimAndSignal(error)) {
            return false;
        }
        free();
        return true;
    }

    private void end(@Nullable FenceError error) {
        if (claimAndSignal(error)) {
            entity.scheduler().post(this);
        }
    }

    private boolean claimAndSignal(@Nullable FenceError error) {
        SchedulerFence pair = fence();
        if (!ENDED.compareAndSet(this, false, true)) {
            return false;
        }
        pair.signalScheduled();
        entity.scheduler().traceDone(this);
        pair.signalFinished(error);
        return true;
    }

    // ---- the scheduler's side ---------------------------------------------------------------------------------------

    /** Takes note of the push, with what the job will be charged. */
    void pushed(int charged) {
        pushed = true;
        charge = charged;
    }

    boolean isArmed() {
        return fence != null;
    }

    boolean isPushed() {
        return pushed;
    }

    int charge() {
        return charge;
    }

    boolean isDone() {
        return done;
    }

    void markDone() {
        done = true;
    }

    List<DmaFence> dependencies() {
        return dependencies;
    }

    /** The next dependency to look at, {@code null} when all have been. */
    @Nullable DmaFence takeDependency() {
        return nextDependency < dependencies.size() ? dependencies.get(nextDependency++) : null;
    }

    /** Looks at all dependencies once more: a killed job waits for the work behind each. */
    void rewindDependencies() {
        nextDependency = 0;
    }

    /** Ends the job whatever it waits for, the hardware included. */
    void cancel(@Nullable FenceError error) {
        if (claimAndSignal(error)) {
            DmaFence hardware = fence().parent();
            if (hardware != null) {
                hardware.removeCallback(hardwareDone);
            }
        }
    }

    /** Drops what the job holds: its dependencies, and its reference to {@code finished}. */
    void free() {
        dropDependencies();
        finished().release();
    }

    private void dropDependencies() {
        dependencies.forEach(DmaFence::release);
        dependencies.clear();
    }

    private SchedulerException outOfOrder(String problem) {
        return new SchedulerException(FenceError.EINVAL, this + " " + problem);
    }

    @Override
    public String toString() {
        return "job " + work.id() + " of " + entity.client() + " on "
                + entity.scheduler().name();
    }

    /** Ends the job when its hardware fence signals, on the signalling thread. */
    private static final class HardwareDone extends FenceCallback {
        private final SchedulerJob job;

        HardwareDone(SchedulerJob job) {
            this.job = job;
        }

        @Override
        protected void onSignaled(DmaFence hardware) {
            int errno = hardware.errno();
            job.end(errno == 0 ? null : FenceError.of(errno));
        }
    }

    private static final VarHandle ENDED;
    private static final VarHandle SUBMITTED;
    private static final VarHandle RAN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENDED = lookup.findVarHandle(SchedulerJob.class, "ended", boolean.class);
            SUBMITTED = lookup.findVarHandle(SchedulerJob.class, "submittedNs", long.class);
            RAN = lookup.findVarHandle(SchedulerJob.class, "ranNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
