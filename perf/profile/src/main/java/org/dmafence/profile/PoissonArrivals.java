package org.dmafence.profile;

import java.util.SplittableRandom;

/**
 * Jobs as they come from many who know nothing of each other: at random, so that some come at once and none for a
 * while. What comes at equal distances never meets, and hides what a short queue costs. The same seed gives the same
 * timetable.
 */
final class PoissonArrivals implements Arrivals {
    private final double gapNs;
    private final int streams;
    private final SplittableRandom random;
    private double atNs;
    private int stream;

    /** @param perSecond on average, of all streams together */
    PoissonArrivals(double perSecond, int streams, long seed) {
        gapNs = 1e9 / perSecond;
        this.streams = streams;
        random = new SplittableRandom(seed);
    }

    @Override
    public void next() {
        atNs -= gapNs * Math.log(1 - random.nextDouble()); // of what is above 0 and at most 1
        stream = random.nextInt(streams);
    }

    @Override
    public long atNs() {
        return (long) atNs;
    }

    @Override
    public int stream() {
        return stream;
    }

    @Override
    public long lengthNs() {
        return 0;
    }
}
