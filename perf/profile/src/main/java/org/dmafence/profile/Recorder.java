package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.Parking;
import org.dmafence.report.Percentiles;
import org.jspecify.annotations.Nullable;

/**
 * Takes probes from whatever thread a job ends on, and puts their times into histograms on a thread of its own: what
 * signals pays for one look at the clock and one place in a queue.
 */
public final class Recorder implements Runnable, Consumer<Probe> {
    /** What becomes of the intervals of a second. */
    public interface Log {
        /** A second is over. Called on the recorder's thread; tracks turn after it. */
        void second(Tracks tracks, long startNs, long endNs);
    }

    /**
     * One second of a run.
     *
     * @param atNs its end, since the measuring began
     * @param finished jobs that ended in it
     * @param backlog jobs due and not ended at its end
     * @param p99Ns {@code null} if too few ended in it
     * @param latencies of the jobs that ended well in it and count
     */
    public record Second(
            long atNs,
            long finished,
            long backlog,
            long p50Ns,
            @Nullable Long p99Ns,
            long maxNs,
            LatencyCounts latencies) {
        Second withBacklog(long jobs) {
            return new Second(atNs, finished, jobs, p50Ns, p99Ns, maxNs, latencies);
        }
    }

    /** Holds what comes in many times the time between two rounds. */
    private static final int PROBES = 1 << 17;

    private static final long ROUND_NS = TimeUnit.MILLISECONDS.toNanos(5);
    static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** From one grace period to the next. */
    static final long GRACE_PERIODS_GAP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final NanoClock clock;
    private final Parking parking;
    private final Tracks tracks;
    private final Backlog backlog;
    private final Log log;
    private final long fromNs;
    private final ManyToOneConcurrentArrayQueue<Probe> probes = new ManyToOneConcurrentArrayQueue<>(PROBES);
    private final Queue<Long> gracePeriodsNs = new ConcurrentLinkedQueue<>();
    private final List<Second> seconds = new ArrayList<>();

    /** Probes that came faster than they were taken. */
    private final AtomicLong dropped = new AtomicLong();

    private volatile long untilNs;
    private volatile boolean stopped;
    private volatile Second latest = new Second(0, 0, 0, 0, null, 0, LatencyCounts.NONE);
    private long secondFromNs;
    private long measured;
    private long failed;
    private long finishedInTime;
    private long finishedThisSecond;

    /**
     * A recorder.
     *
     * @param fromNs jobs meant to be sent before do not count
     * @param untilNs nor do those from here on
     */
    Recorder(NanoClock clock, Parking parking, Tracks tracks, Backlog backlog, Log log, long fromNs, long untilNs) {
        this.clock = clock;
        this.parking = parking;
        this.tracks = tracks;
        this.backlog = backlog;
        this.log = log;
        this.fromNs = fromNs;
        this.untilNs = untilNs;
        secondFromNs = fromNs;
    }

    @Override
    public void accept(Probe probe) {
        if (!probes.offer(probe)) {
            dropped.getAndIncrement();
            backlog.ended();
            Times unused = probe.take();
        }
    }

    /** A grace period has passed. From any thread. */
    void gracePeriod(long ns) {
        gracePeriodsNs.add(ns);
    }

    /** Jobs meant to be sent from a time on do not count. From any thread. */
    void measureUntil(long timeNs) {
        untilNs = Math.min(untilNs, timeNs);
    }

    /** Whether a job that is meant to be sent at a time counts. From any thread. */
    boolean counts(long intendedNs) {
        return intendedNs >= fromNs && intendedNs < untilNs;
    }

    /** Has {@link #run} take what there is and return. From any thread. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            round();
            parking.parkNanos(this, ROUND_NS);
        }
        round();
        long endNs = Math.min(untilNs, clock.nanoTime());
        if (endNs > fromNs) {
            endOfSecond(Math.max(endNs, secondFromNs));
        }
    }

    /** Takes what there is, and ends a second that is over. */
    void round() {
        long nowNs = clock.nanoTime();
        while (secondFromNs + SECOND_NS <= nowNs
                && secondFromNs + SECOND_NS < untilNs) { // the last one ends with the run
            drain();
            endOfSecond(secondFromNs + SECOND_NS);
        }
        drain();
    }

    private void drain() {
        probes.drain(this::take);
        for (Long ns = gracePeriodsNs.poll(); ns != null; ns = gracePeriodsNs.poll()) {
            tracks.recordGracePeriod(ns, GRACE_PERIODS_GAP_NS);
        }
    }

    private void take(Probe probe) {
        Times times = probe.take();
        boolean ofLoad = !(probe instanceof SleeperProbe);
        if (ofLoad) {
            backlog.ended();
            if (times.callbackNs() >= fromNs && times.callbackNs() < untilNs) {
                finishedInTime++;
                finishedThisSecond++;
            }
        }
        if (!counts(times.intendedNs())) {
            return;
        }
        if (ofLoad) {
            measured++;
            failed += times.good() ? 0 : 1;
        }
        tracks.record(times);
    }

    private void endOfSecond(long endNs) {
        log.second(tracks, secondFromNs, endNs);
        Histogram whole = tracks.of(Edge.WHOLE).interval();
        Second second = new Second(
                endNs - fromNs,
                finishedThisSecond,
                backlog.jobs(endNs),
                whole.getValueAtPercentile(50),
                Percentiles.at(whole, 99),
                whole.getMaxValue(),
                LatencyCounts.of(whole));
        seconds.add(second);
        latest = second;
        finishedThisSecond = 0;
        tracks.forEach(Track::turn);
        secondFromNs = endNs;
    }

    /** The last second that is over. From any thread. */
    Second latest() {
        return latest;
    }

    // ---- after the end of run -----------------------------------------------------------------------------------

    /**
     * One after the other.
     *
     * @param backlog at the end of the last one, whose jobs may have been waited for since
     */
    List<Second> seconds(long backlog) {
        List<Second> all = new ArrayList<>(seconds);
        if (!all.isEmpty()) {
            all.add(all.remove(all.size() - 1).withBacklog(backlog));
        }
        return List.copyOf(all);
    }

    /** Jobs of the load that were meant to be sent in the measured time and have ended. */
    long measured() {
        return measured;
    }

    /** How many of those ended with an error. */
    long failed() {
        return failed;
    }

    /** Jobs of the load that ended in the measured time, whenever they were sent. */
    long finishedInTime() {
        return finishedInTime;
    }

    /** Jobs that could not be followed. */
    long dropped() {
        return dropped.get();
    }
}
