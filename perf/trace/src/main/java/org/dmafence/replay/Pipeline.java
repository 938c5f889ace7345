package org.dmafence.replay;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceJob;
import org.jspecify.annotations.Nullable;

/** The stack of driver, scheduler and engine that a trace is replayed on. Used by one thread. */
public interface Pipeline {
    /** The runtime of all fences of the pipeline; its clock is the replay's. */
    FenceRuntime runtime();

    /** Opens a ring of the driver with a scheduler and an engine of its own. */
    Lane open(RingId ring);

    /** Returns when everything that was submitted, completed or signalled so far has had all its consequences. */
    void settle() throws InterruptedException;

    /** One ring with its scheduler. */
    interface Lane {
        /**
         * Queues a job whose hardware work lasts until {@link #complete}.
         *
         * @param job its key is unique in the replay; jobs of one entity run in the order of their submission
         * @param dependencies fences that must signal before it runs; the caller's references stay the caller's
         * @return null if the ring takes no more jobs, because its driver has failed
         */
        @Nullable Submission submit(TraceJob job, List<DmaFence> dependencies);

        /**
         * The hardware is done with a job, and therefore with all before it; ignored if the job is not on the hardware.
         *
         * @param error what this job ends with, null for success
         */
        void complete(long jobKey, @Nullable FenceError error);
    }

    /** A submitted job. */
    interface Submission {
        /** Signals when the job is handed to the hardware. */
        DmaFence scheduled();

        /** Signals when the job has ended. */
        DmaFence finished();

        /** The driver's own fence; null before the job ran, and if it had none. */
        @Nullable DmaFence hardware();

        /** Drops the references to the scheduler's fences. */
        void release();
    }
}
