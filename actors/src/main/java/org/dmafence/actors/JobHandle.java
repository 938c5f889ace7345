package org.dmafence.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.sched.SchedulerJob;

/**
 * A submitted job. Keeps its fences alive until it is released; forgetting that costs memory only, and only
 * until the handle is collected. Every method may be called from any thread.
 */
public final class JobHandle {
    private final SchedulerJob job;
    private boolean released;

    /** Of an armed job that nobody can have freed yet. */
    JobHandle(SchedulerJob job) {
        this.job = job;
        job.finished().retain(); // which has one to scheduled
    }

    /** The id of its work. */
    public long id() {
        return job.work().id();
    }

    /** Signals when the hardware was given the job, or it ended without; retain it to keep it beyond the handle. */
    public DmaFence scheduled() {
        return job.scheduled();
    }

    /** Signals when the job is through, with its error; retain it to keep it beyond the handle. */
    public DmaFence finished() {
        return job.finished();
    }

    /** When it was submitted, on the runtime's clock. */
    public long submittedNs() {
        return job.submittedNs();
    }

    /** When its ring was given it, on the runtime's clock; {@link Long#MIN_VALUE} until then, and for ever if it never was. */
    public long ranNs() {
        return job.ranNs();
    }

    /** Drops the handle's reference; a second call does nothing. */
    public void release() {
        if (!(boolean) RELEASED.getAndSet(this, true)) {
            job.finished().release();
        }
    }

    @Override
    public String toString() {
        return job.toString();
    }

    private static final VarHandle RELEASED;

    static {
        try {
            RELEASED = MethodHandles.lookup().findVarHandle(JobHandle.class, "released", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
