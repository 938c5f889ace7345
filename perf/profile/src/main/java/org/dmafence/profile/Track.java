package org.dmafence.profile;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One edge of one client or of all: everything so far, and what came since the last turn. Used by one thread. */
final class Track {
    private static final int SHIM_DIGITS = 3;
    private static final int CLIENT_DIGITS = 2;
    private static final long MAX_NS = TimeUnit.DAYS.toNanos(1);

    final Edge edge;
    final String tag;
    private final Histogram total;
    private final Histogram interval;

    /** @param ofShim whether it is of all clients, and exact to three digits and not two */
    Track(Edge edge, String tag, boolean ofShim) {
        this.edge = edge;
        this.tag = tag;
        int digits = ofShim ? SHIM_DIGITS : CLIENT_DIGITS;
        total = new Histogram(digits);
        interval = new Histogram(digits);
        total.setTag(tag);
        interval.setTag(tag);
    }

    void record(long ns) {
        interval.recordValue(Math.min(ns, MAX_NS));
    }

    /**
     * Records a time of somebody who waits for one thing before the next begins: those that would have begun in
     * between, at their distance, would have taken what was left of it.
     */
    void recordForAll(long ns, long gapNs) {
        interval.recordValueWithExpectedInterval(Math.min(ns, MAX_NS), gapNs);
    }

    /** What came since the last turn. */
    Histogram interval() {
        return interval;
    }

    /** Begins a new interval. */
    void turn() {
        total.add(interval);
        interval.reset();
        interval.setTag(tag);
    }

    /** All that came before the last turn. */
    Histogram total() {
        return total;
    }
}
