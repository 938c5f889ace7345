package org.dmafence.driver;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * A ring of a driver together with the (simulated) hardware behind it. Jobs run in order, one after the other.
 *
 * <p>All methods are called by one engine at a time; {@link #kill} may also come from another thread. Signalling
 * happens in here, on the engine's thread, the way the driver does it: that is our interrupt.
 */
public interface HardwareRing {
    /** The ring as it was asked for. */
    RingSpec spec();

    /**
     * Starts a job. Kernel counterpart: the scheduler's {@code run_job} op.
     *
     * @return the hardware fence, with a reference for the caller; {@code null} if the job is done already
     * @throws IllegalStateException if the ring is full or was killed
     */
    @Nullable DmaFence submit(RingJob job);

    /**
     * Whether the ring takes the callback of a job's fence with the job, see {@link #submit(RingJob, FenceCallback)}.
     * Always the same answer.
     */
    default boolean arms() {
        return false;
    }

    /**
     * Starts a job as {@link #submit(RingJob)}, and makes its fence with a callback on it, whose signalling the driver
     * sees to by itself: that spares each job an enable op and the fence's lock. Called only on a ring that {@link
     * #arms}. A driver whose {@code enableSignaling} does more than it would do for every fence anyway does not.
     *
     * @param whenSignaled may run before this returns, on another thread
     * @return as {@link #submit(RingJob)}; of {@code null} or anything thrown the callback is not told
     */
    default @Nullable DmaFence submit(RingJob job, FenceCallback whenSignaled) {
        throw new UnsupportedOperationException(this + " does not arm its fences");
    }

    /**
     * Makes several calls as one, on this thread; that is cheaper where each call has to be counted. Drivers need not
     * care.
     *
     * @param calls what it throws comes out as it is
     */
    default void together(Runnable calls) {
        calls.run();
    }

    /**
     * Lets the hardware run up to a time: ends the jobs whose time has come and signals their fences.
     *
     * @param nowNs on the runtime's clock
     * @return when to call again, {@link Long#MAX_VALUE} if nothing is due
     */
    long advance(long nowNs);

    /**
     * The hardware has finished a job, and therefore all before it on the ring.
     *
     * @param error what this job ended with, {@code null} for success
     * @return false if the job is not in flight
     */
    boolean complete(long jobId, @Nullable FenceError error);

    /** The engine died: ends everything in flight with an error; the ring takes no more jobs. */
    void kill(FenceError error);

    /** How many jobs are in flight. */
    int inFlight();
}
