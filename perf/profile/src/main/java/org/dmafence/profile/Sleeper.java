package org.dmafence.profile;

import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.JobHandle;
import org.dmafence.actors.SubmitRefusedException;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceWaitException;
import org.dmafence.fence.Parking;

/**
 * One more client, who sleeps for each of its jobs before it sends the next, a few hundred in a second at most: what
 * somebody gets who calls {@code await}.
 */
final class Sleeper implements Runnable {
    private static final long MOST_PER_SECOND = 200;
    private static final double SHARE = 0.1;

    private final LongFunction<JobHandle> submit;
    private final int client;
    private final Recorder recorder;
    private final NanoClock clock;
    private final Parking parking;
    private final long startNs;
    private final long gapNs;

    /**
     * A sleeper.
     *
     * @param submit submits a job with a number
     * @param client the sleeper's number
     * @param perSecond what the load has
     */
    Sleeper(
            LongFunction<JobHandle> submit,
            int client,
            Recorder recorder,
            NanoClock clock,
            Parking parking,
            long startNs,
            double perSecond) {
        this.submit = submit;
        this.client = client;
        this.recorder = recorder;
        this.clock = clock;
        this.parking = parking;
        this.startNs = startNs;
        gapNs = gapNs(perSecond);
    }

    /** From one of its jobs to the next, unless it sleeps for longer. */
    static long gapNs(double perSecond) {
        double wanted = perSecond == 0 ? MOST_PER_SECOND : Math.min(MOST_PER_SECOND, perSecond * SHARE);
        return (long) (TimeUnit.SECONDS.toNanos(1) / wanted);
    }

    @Override
    public void run() {
        try {
            long dueNs = startNs;
            for (long number = 0; !Thread.currentThread().isInterrupted(); number++) {
                for (long left = dueNs - clock.nanoTime(); left > 0; left = dueNs - clock.nanoTime()) {
                    parking.parkNanos(this, left);
                    if (Thread.interrupted()) {
                        return;
                    }
                }
                sleepFor(number, dueNs);
                dueNs = Math.max(dueNs + gapNs, clock.nanoTime()); // what it slept through is counted by Tracks
            }
        } catch (InterruptedException | SubmitRefusedException | FenceWaitException e) {
            // The load has ended, or the ring has.
        }
    }

    private void sleepFor(long number, long dueNs) throws InterruptedException {
        SleeperProbe probe = new SleeperProbe(client, dueNs, clock, recorder);
        JobHandle job = submit.apply(number);
        DmaFence finished = job.finished().retain(); // the recorder may be quicker
        long wokeNs = Probe.NEVER;
        try {
            probe.follow(job);
            boolean asleep = !finished.isSignaled();
            finished.await();
            wokeNs = asleep ? clock.nanoTime() : Probe.NEVER;
        } finally {
            probe.woke(wokeNs); // also when the load ends meanwhile: a probe that is not passed on keeps its fences
            finished.release();
        }
    }
}
