package org.dmafence.profile;

import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.JobHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.sched.SchedulerFence;
import org.jspecify.annotations.Nullable;

/**
 * Follows one job. The sender makes it, the thread that signals notes the time and passes it on, the recorder reads it:
 * each hands it to the next through a queue or a fence's lock, so its fields are plain.
 */
class Probe extends FenceCallback {
    static final long NEVER = Long.MIN_VALUE;

    final int client;
    final long intendedNs;
    final long sentNs;
    private final NanoClock clock;
    private final Consumer<? super Probe> recorder;
    private @Nullable JobHandle job;
    long callbackNs = NEVER;

    /**
     * Made as the sender gets to the job.
     *
     * @param recorder who gets the probe once its job has ended, on the signalling thread
     */
    Probe(int client, long intendedNs, NanoClock clock, Consumer<? super Probe> recorder) {
        this.client = client;
        this.intendedNs = intendedNs;
        sentNs = clock.nanoTime();
        this.clock = clock;
        this.recorder = recorder;
    }

    /** Follows a job from now on; one that has ended already is passed on at once. */
    void follow(JobHandle submitted) {
        job = submitted;
        if (!submitted.finished().addCallback(this)) {
            onSignaled(submitted.finished());
        }
    }

    @Override
    protected final void onSignaled(DmaFence fence) {
        callbackNs = clock.nanoTime();
        ended();
    }

    /** The job has ended and the time is noted. */
    void ended() {
        recorder.accept(this);
    }

    /** When a thread that slept for the job went on; {@link #NEVER} if none did. */
    long wokeNs() {
        return NEVER;
    }

    /** Reads the times of the job's way, and lets go of it. */
    Times take() {
        JobHandle handle = job;
        if (handle == null) {
            throw new IllegalStateException("a probe that follows no job");
        }
        SchedulerFence pair = SchedulerFence.of(handle.finished());
        DmaFence hardware = pair == null ? null : pair.parent();
        long signaledNs = hardware == null || !hardware.isSignaled() ? NEVER : hardware.timestampNs();
        boolean good = handle.finished().error() == null;
        Times times = new Times(
                client,
                intendedNs,
                sentNs,
                handle.submittedNs(),
                handle.ranNs(),
                signaledNs,
                callbackNs,
                wokeNs(),
                good);
        job = null;
        handle.release();
        return times;
    }
}
