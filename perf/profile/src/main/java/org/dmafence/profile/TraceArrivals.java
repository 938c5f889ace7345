package org.dmafence.profile;

import java.util.List;

/** The timetable of a trace, over and over. */
final class TraceArrivals implements Arrivals {
    /**
     * A job of the trace.
     *
     * @param atNs since the first one
     */
    record Row(long atNs, int stream, long lengthNs) {}

    private final List<Row> rows;
    private final long roundNs;
    private long round;
    private int at = -1;

    /** @param roundNs from the first job to that of the next round */
    TraceArrivals(List<Row> rows, long roundNs) {
        this.rows = rows;
        this.roundNs = roundNs;
    }

    @Override
    public void next() {
        if (++at == rows.size()) {
            at = 0;
            round++;
        }
    }

    @Override
    public long atNs() {
        return round * roundNs + rows.get(at).atNs;
    }

    @Override
    public int stream() {
        return rows.get(at).stream;
    }

    @Override
    public long lengthNs() {
        return rows.get(at).lengthNs;
    }
}
