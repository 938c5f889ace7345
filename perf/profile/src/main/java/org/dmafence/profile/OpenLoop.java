package org.dmafence.profile;

import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.Parking;

/**
 * Sends jobs at the times of a timetable, whatever becomes of those before: sleeps until the next is due, and sends all
 * that are. A job that it comes too late for still counts from the time in the timetable.
 */
final class OpenLoop implements Sender {
    /** How many jobs are sent before others hear of it. */
    private static final int BATCH = 256;

    private final Arrivals arrivals;
    private final Submitter submitter;
    private final Backlog backlog;
    private final NanoClock clock;
    private final Parking parking;
    private final long startNs;
    private final long endNs;
    private volatile boolean stopped;

    /** @param endNs jobs due from here on are not sent */
    OpenLoop(
            Arrivals arrivals,
            Submitter submitter,
            Backlog backlog,
            NanoClock clock,
            Parking parking,
            long startNs,
            long endNs) {
        this.arrivals = arrivals;
        this.submitter = submitter;
        this.backlog = backlog;
        this.clock = clock;
        this.parking = parking;
        this.startNs = startNs;
        this.endNs = endNs;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        long sent = 0;
        arrivals.next();
        long dueNs = dueNs();
        while (!stopped && dueNs < endNs) {
            long nowNs = clock.nanoTime();
            for (int i = 0; i < BATCH && dueNs <= nowNs && dueNs < endNs; i++) {
                if (!submitter.submit(arrivals.stream(), dueNs, arrivals.lengthNs(), NOBODY)) {
                    backlog.sender(sent, dueNs);
                    return;
                }
                sent++;
                arrivals.next();
                dueNs = dueNs();
            }
            backlog.sender(sent, dueNs);
            if (dueNs < endNs) {
                parking.parkNanos(this, dueNs - clock.nanoTime());
            }
        }
    }

    /** A job that is due after the end of time must not come before its beginning. */
    private long dueNs() {
        long atNs = arrivals.atNs();
        return atNs > endNs - startNs ? endNs : startNs + atNs;
    }
}
