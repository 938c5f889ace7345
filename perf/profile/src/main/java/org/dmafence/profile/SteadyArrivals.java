package org.dmafence.profile;

/** One job after the other at equal distances, the streams taking turns. */
final class SteadyArrivals implements Arrivals {
    private final double gapNs;
    private final int streams;
    private final long lengthNs;
    private long row = -1;

    /** @param perSecond of all streams together */
    SteadyArrivals(double perSecond, int streams, long lengthNs) {
        gapNs = 1e9 / perSecond;
        this.streams = streams;
        this.lengthNs = lengthNs;
    }

    @Override
    public void next() {
        row++;
    }

    @Override
    public long atNs() {
        return (long) (row * gapNs); // a product, because a sum would drift
    }

    @Override
    public int stream() {
        return (int) (row % streams);
    }

    @Override
    public long lengthNs() {
        return lengthNs;
    }
}
