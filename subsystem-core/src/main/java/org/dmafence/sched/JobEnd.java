package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** How a job ends, whichever side ends it, and the attempt of the hardware that may be in the way. */
abstract sealed class JobEnd extends HostNotes permits SchedulerJob {
    /*
     * Overview. The end may come from several sides at once: the hardware fence, the engine, the host tearing down, the
     * submitter finding nobody to take the job. `ended` decides, by CAS:
     *
     * I1  The side that sets `ended` alone signals `finished`, after `scheduled`, once.
     * I2  A job that the hardware fence or the engine ended is posted to its scheduler, once.
     *
     *   field   written by            read by       mode
     *   ended   who ends the job      anybody       CAS, acquire
     *   run     host                  host, engine  plain, ordered by the hand-over
     */
    private boolean ended;

    /** The present attempt at running it. Written by the host before it hands the job out. */
    private @Nullable HardwareRun run;

    JobEnd() {}

    final boolean endedAcquire() {
        return (boolean) ENDED.getAcquire(this);
    }

    final @Nullable HardwareRun run() {
        return run;
    }

    /** Makes the next attempt; the job is handed out after that. */
    final void newRun(boolean held) {
        run = new HardwareRun(self(), held);
    }

    /** Ends the job for the hardware's part, on any thread. */
    final void end(@Nullable FenceError error) {
        end(error, self().scheduler().core().nowNs());
    }

    final void end(@Nullable FenceError error, long atNs) {
        Core mine = self().scheduler().core();
        if (!claim()) {
            return;
        }
        try {
            self().fence().signalScheduled(atNs);
            if (mine.isTraced()) {
                mine.trace(listener -> listener.jobDone(self()));
            }
        } finally { // nobody else may end it any more
            try {
                self().fence().signalFinished(error, atNs);
            } finally {
                mine.post(self());
            }
        }
    }

    private boolean claim() {
        return ENDED.compareAndSet(this, false, true);
    }

    /** Ends the job without posting it; false if it had ended. */
    final boolean claimAndSignal(@Nullable FenceError error) {
        SchedulerFence pair = self().fence();
        long nowNs = self().scheduler().core().nowNs(); // foreign code, so before the claim
        if (!claim()) {
            return false;
        }
        try {
            pair.signalScheduled(nowNs);
        } finally {
            pair.signalFinished(error, nowNs);
        }
        return true;
    }

    /** Ends the job whatever it waits for, the hardware included; false if it had ended. */
    final boolean cancel(@Nullable FenceError error) {
        HardwareRun attempt = run;
        if (!claimAndSignal(error)) {
            return false;
        }
        DmaFence hardware = self().fence().parent();
        if (hardware != null && attempt != null) {
            boolean unused = hardware.withdrawCallback(attempt); // if it runs already, it finds the job ended
        }
        return true;
    }

    private SchedulerJob self() {
        return (SchedulerJob) this;
    }

    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(JobEnd.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
