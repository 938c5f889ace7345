package org.dmafence.profile;

import java.util.concurrent.atomic.AtomicLong;

/** How many jobs are due and have not ended, the sender's delay included. */
final class Backlog {
    private final double perSecond;
    private final AtomicLong ended = new AtomicLong();
    private volatile long sent;
    private volatile long nextDueNs = Long.MAX_VALUE;

    /** @param perSecond what the timetable has */
    Backlog(double perSecond) {
        this.perSecond = perSecond;
    }

    /**
     * The sender has caught up with the clock, or looks at it again.
     *
     * @param jobs sent so far
     * @param dueNs when the next one is due
     */
    void sender(long jobs, long dueNs) {
        sent = jobs;
        nextDueNs = dueNs;
    }

    void ended() {
        ended.getAndIncrement();
    }

    /** Jobs that were sent and have not ended. */
    long unended() {
        return sent - ended.get();
    }

    /** Jobs that are due at a time and were not sent. */
    long unsent(long timeNs) {
        long dueNs = nextDueNs;
        return dueNs >= timeNs ? 0 : Math.round((timeNs - dueNs) * perSecond / 1e9);
    }

    /** Jobs that are due and have not ended. */
    long jobs(long timeNs) {
        return Math.max(0, unended() + unsent(timeNs));
    }
}
