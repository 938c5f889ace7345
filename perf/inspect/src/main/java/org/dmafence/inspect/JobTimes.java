package org.dmafence.inspect;

import org.HdrHistogram.Histogram;
import org.dmafence.report.Percentiles;

/** Times of a ring's or a client's jobs, while they are collected. */
final class JobTimes {
    private static final long LONGEST_NS = Long.MAX_VALUE / 4;

    final Histogram queueToRun;
    final Histogram runToEnd;
    final Histogram hardware;
    long jobs;
    long busyNs;

    /** @param digits how many of a time are kept */
    JobTimes(int digits) {
        queueToRun = new Histogram(digits);
        runToEnd = new Histogram(digits);
        hardware = new Histogram(digits);
    }

    void add(JobStory job) {
        jobs++;
        Long ran = job.ranNs();
        if (ran == null) {
            return;
        }
        if (ran != job.submittedNs()) { // the same moment: its submission was not recorded
            record(queueToRun, ran - job.submittedNs());
        }
        Long began = job.beganNs();
        Long ended = job.endedNs();
        if (ended != null && began != null) {
            long own = Math.max(0, ended - began);
            record(runToEnd, ended - ran);
            record(hardware, own);
            busyNs += own;
        }
    }

    static void record(Histogram histogram, long ns) {
        histogram.recordValue(Math.max(0, Math.min(ns, LONGEST_NS)));
    }

    static Percentiles percentiles(Histogram histogram) {
        return Percentiles.of(histogram);
    }
}
