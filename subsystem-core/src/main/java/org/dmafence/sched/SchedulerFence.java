package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * The pair of fences that a job has: {@code scheduled} signals when the hardware was given the job, {@code finished}
 * when it has finished it. Kernel counterpart: {@code struct drm_sched_fence}.
 *
 * <p>The last reference to {@code finished} drops one to {@code scheduled}, whose last one drops the parent hardware
 * fence. The pair is the ops table of both, with a {@code release} op, so these fences are never detached; it is the
 * core's and holds nothing of a driver but that parent. Every method may be called from any thread.
 */
public final class SchedulerFence extends FenceOps {
    /*
     * Overview. A deadline may be set while the parent is being stored. Both sides write their field and then read the
     * other's, all by volatile accesses, so at least one of them sees both and forwards; twice does no harm.
     *
     * The parent of a first run may come from two sides: the engine, and the callback of a hardware fence that was made
     * with it and signals before the engine is that far, as when its driver dies. The first one's stays.
     *
     * A parent may be stored when the pair has gone already, with a job that somebody ended. Who stores it looks for
     * that (HardwareRun.store); the last release drops its reference, then takes the parent. One of them takes it.
     *
     *   field        written by                 read by           mode
     *   parent       engine, hardware, host     deadline setters  CAS, volatile
     *   deadlineNs   deadline setters, falling  the engine        CAS, volatile
     */
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final SchedulerTimeline timeline;
    private final SchedulerIdentity scheduler;
    private final long jobId;
    private final DmaFence scheduled;
    private final DmaFence finished;
    private @Nullable DmaFence parent;
    private long deadlineNs = NO_DEADLINE;

    /** Makes both fences; the maker has one reference, to {@code finished}. */
    SchedulerFence(SchedulerTimeline timeline, SchedulerIdentity scheduler, long jobId) {
        super(Op.RELEASE, Op.SET_DEADLINE);
        this.timeline = timeline;
        this.scheduler = scheduler;
        this.jobId = jobId;
        timeline.moveTo(scheduler);
        long seqno = timeline.nextSeqno();
        scheduled = timeline.scheduled.newFence(this, seqno);
        finished = timeline.finished.newFence(this, seqno);
    }

    /** The pair that a fence belongs to. Kernel counterpart: {@code to_drm_sched_fence()}. */
    public static @Nullable SchedulerFence of(DmaFence fence) {
        return fence.opsAs(SchedulerFence.class);
    }

    /** Signals when the hardware was given the job, or never will be. */
    public DmaFence scheduled() {
        return scheduled;
    }

    /** Signals when the job has ended, with its error. */
    public DmaFence finished() {
        return finished;
    }

    /** The hardware fence, once the job was handed to the hardware. */
    public @Nullable DmaFence parent() {
        return (DmaFence) PARENT.getVolatile(this); // pairs with storeParent
    }

    /** The soonest deadline anybody asked for, on the runtime's clock; {@link Long#MAX_VALUE} if nobody did. */
    public long deadlineNs() {
        return (long) DEADLINE.getVolatile(this);
    }

    /**
     * Makes jobs of the same scheduler that depend on {@code finished} wait for it, and not only for {@code scheduled}.
     * Kernel counterpart: {@code DRM_SCHED_FENCE_DONT_PIPELINE}.
     */
    public void dontPipeline() {
        timeline.finished.testAndSetUserBit(finished, SchedulerTimeline.DONT_PIPELINE);
    }

    /** Whether the pair belongs to a scheduler. */
    boolean isOf(SchedulerIdentity asked) {
        return scheduler == asked;
    }

    /**
     * Takes over a reference to the hardware fence of a first run, and drops it if the parent is there; before {@code
     * scheduled} signals.
     */
    void storeParent(DmaFence hardware) {
        if (!PARENT.compareAndSet(this, null, hardware)) { // before the deadline is read; pairs with lowerDeadline
            hardware.release();
            return;
        }
        long asked = deadlineNs();
        if (asked != NO_DEADLINE) {
            forward(hardware, asked);
        }
    }

    /** The issuer may have gone meanwhile, and a hint that nobody takes is lost. */
    private static void forward(DmaFence hardware, long deadlineNs) {
        try {
            hardware.setDeadline(deadlineNs);
        } catch (RuntimeException e) {
            ForeignFailure.report(hardware.runtime(), "deadline of ", hardware, e);
        }
    }

    /** As {@link #storeParent}, of a further run; a deadline was handed to the first one. */
    void replaceParent(DmaFence hardware) {
        PARENT.setVolatile(this, hardware);
    }

    /** Sets an error before {@code finished} signals, in place of any other. */
    void setError(FenceError error) {
        timeline.finished.setError(finished, error);
    }

    void signalScheduled(long atNs) {
        if (!scheduled.isSignaled()) {
            timeline.scheduled.signalAt(scheduled, atNs);
        }
    }

    /**
     * The hardware began with the job only when the one before it ended; does nothing unless {@code scheduled} has
     * signalled.
     */
    void moveScheduled(long atNs) {
        timeline.scheduled.moveTimestamp(scheduled, atNs);
    }

    void signalFinished(@Nullable FenceError error, long atNs) {
        if (error == null) {
            timeline.finished.signalAt(finished, atNs);
        } else {
            timeline.finished.signal(finished, error);
        }
    }

    private void lowerDeadline(long askedNs) {
        for (long current = deadlineNs(); askedNs < current; current = deadlineNs()) {
            if (DEADLINE.compareAndSet(this, current, askedNs)) { // before the parent is read; pairs with storeParent
                DmaFence hardware = parent();
                if (hardware != null) {
                    forward(hardware, askedNs);
                }
                return;
            }
        }
    }

    void releaseParent() {
        DmaFence hardware = (DmaFence) PARENT.getAndSet(this, null);
        if (hardware != null) {
            hardware.release();
        }
    }

    // ---- the ops of both fences -------------------------------------------------------------------------------------

    @Override
    protected String driverName(DmaFence fence) {
        return "drm_sched";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return scheduler.name;
    }

    @Override
    protected FenceTag tag(DmaFence fence) {
        boolean last = fence.context() == timeline.finished.id(); // also while this is being made, and has neither
        return new FenceTag(last ? "finished" : "scheduled", jobId, timeline.client);
    }

    @Override
    protected void release(DmaFence fence) {
        if (fence == finished) {
            scheduled.release();
        } else {
            releaseParent();
        }
    }

    /** Only {@code finished} can be wanted by a deadline; {@code scheduled} has no such op in the kernel. */
    @Override
    protected void setDeadline(DmaFence fence, long askedNs) {
        if (fence == finished) {
            lowerDeadline(askedNs);
        }
    }

    private static final VarHandle PARENT;
    private static final VarHandle DEADLINE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PARENT = lookup.findVarHandle(SchedulerFence.class, "parent", DmaFence.class);
            DEADLINE = lookup.findVarHandle(SchedulerFence.class, "deadlineNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
