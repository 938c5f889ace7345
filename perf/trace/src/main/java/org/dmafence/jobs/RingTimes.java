package org.dmafence.jobs;

import org.HdrHistogram.Histogram;

/** The times of one ring's jobs. Written while a capture is read, and read afterwards. */
public final class RingTimes {
    private static final int DIGITS = 3;
    private static final long LONGEST_NS = Long.MAX_VALUE / 4;

    private final Histogram queueToRun = new Histogram(DIGITS);
    private final Histogram runToEnd = new Histogram(DIGITS);
    private final Histogram hardware = new Histogram(DIGITS);
    private long submitted;
    private long ran;
    private long busyNs;
    private long lastEndNs = Long.MIN_VALUE;
    private long longestRunNs;

    /** Since when the first that is queued waits for its run; written at the capture's end. */
    long queuedSinceNs = Long.MAX_VALUE;

    void addSubmission() {
        submitted++;
    }

    void addRun(long queuedNs) {
        ran++;
        record(queueToRun, queuedNs);
    }

    /** A job ended; when the hardware began with it. */
    long addEnd(long ranNs, long endedNs) {
        long beganNs = Math.max(ranNs, lastEndNs);
        longestRunNs = Math.max(longestRunNs, endedNs - ranNs);
        record(runToEnd, endedNs - ranNs);
        record(hardware, endedNs - beganNs);
        busyNs += Math.max(0, endedNs - beganNs);
        lastEndNs = Math.max(lastEndNs, endedNs);
        return beganNs;
    }

    private static void record(Histogram histogram, long ns) {
        histogram.recordValue(Math.max(0, Math.min(ns, LONGEST_NS)));
    }

    long lastEndNs() {
        return lastEndNs;
    }

    long longestRunNs() {
        return longestRunNs;
    }

    /** Jobs that were submitted. */
    public long submitted() {
        return submitted;
    }

    /** Jobs that were handed to the hardware. */
    public long ran() {
        return ran;
    }

    /** How long the hardware was at any job: time with several counts once. */
    public long busyNs() {
        return busyNs;
    }

    /** From submission to run, in nanoseconds. Not to be written to. */
    public Histogram queueToRun() {
        return queueToRun;
    }

    /** From run to end, in nanoseconds. Not to be written to. */
    public Histogram runToEnd() {
        return runToEnd;
    }

    /**
     * The hardware's own time, in nanoseconds: from the later of the run and the end of the job before. Not to be
     * written to.
     */
    public Histogram hardware() {
        return hardware;
    }
}
