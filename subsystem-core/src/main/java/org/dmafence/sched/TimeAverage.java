package org.dmafence.sched;

/**
 * An exponentially weighted moving average of times in microseconds: precision 6 bits, weight of a new sample 1/4.
 * Kernel counterpart: {@code DECLARE_EWMA(drm_sched_avgtime, 6, 4)}.
 *
 * <p>The kernel's numbers are unsigned, and a job that ended before the one ahead of it has a time below zero: then the
 * average is huge for a while, here as there.
 */
final class TimeAverage {
    private static final int PRECISION = 6;
    private static final int WEIGHT_SHIFT = 2;

    private long internal;

    void add(long ns) {
        long sample = (ns / 1000) << PRECISION;
        internal = internal == 0 ? sample : ((internal << WEIGHT_SHIFT) - internal + sample) >>> WEIGHT_SHIFT;
    }

    /** Unsigned. */
    long us() {
        return internal >>> PRECISION;
    }
}
