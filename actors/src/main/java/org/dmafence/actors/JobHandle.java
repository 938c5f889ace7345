package org.dmafence.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionStage;
import org.dmafence.fence.DmaFence;
import org.dmafence.sched.SchedulerJob;

/**
 * A submitted job. The handle keeps the job's fences alive until it is released. To forget that costs memory only, and
 * only until the handle is collected. Every method may be called from any thread.
 */
public final class JobHandle implements AutoCloseable {
    private final SchedulerJob job;
    private final SchedulerGate gate;
    private boolean released;

    /** Takes over a reference to {@code finished}, which has one to {@code scheduled}. */
    JobHandle(SchedulerJob job, SchedulerGate gate) {
        this.job = job;
        this.gate = gate;
    }

    /** The id of the job's work. */
    public long id() {
        return job.work().id();
    }

    /**
     * Signals when the hardware was given the job, or when the job ended before that. Retain it to keep it longer than
     * the handle.
     */
    public DmaFence scheduled() {
        return job.scheduled();
    }

    /** Signals when the job has ended, with the job's error. Retain it to keep it longer than the handle. */
    public DmaFence finished() {
        return job.finished();
    }

    /** When the job was submitted, on the runtime's clock. */
    public long submittedNs() {
        return job.submittedNs();
    }

    /**
     * When the ring was given the job, on the runtime's clock; {@link Long#MIN_VALUE} until then, and for ever if it
     * never was.
     */
    public long ranNs() {
        return job.ranNs();
    }

    /**
     * Cancels the job if the hardware does not have it yet: it ends with {@code -ECANCELED} when its turn comes, after
     * the jobs before it and after its dependencies. To end a client's jobs at once, kill its entity.
     *
     * @return whether it was in time; completed on one of the clients' threads
     */
    public CompletionStage<Boolean> cancel() {
        return gate.clients()
                .answer(gate.controls()
                        .<Boolean>ask((scheduler, reply) -> reply.complete(scheduler.cancel(job)))
                        .exceptionally(ended -> false)); // and all its jobs with it
    }

    /** As {@link #release}. */
    @Override
    public void close() {
        release();
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
