package org.dmafence.actors;

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

    /** Takes over a hold on the job's fences. */
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
     * never was. Of jobs that an engine runs in a row several have one time, that of the first.
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

    /** Lets go of the job's fences; a second call does nothing. */
    public void release() {
        job.letGo();
    }

    @Override
    public String toString() {
        return job.toString();
    }
}
