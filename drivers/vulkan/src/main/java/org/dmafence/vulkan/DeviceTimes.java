package org.dmafence.vulkan;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long the device worked on jobs, by its own clock: counts by size, in steps of an eighth. Written by one thread at
 * a time, read by anybody.
 */
final class DeviceTimes {
    private static final int STEPS = 8;

    private final AtomicLongArray counts = new AtomicLongArray(64 * STEPS);

    /** @param ns negative for a job that has none */
    void record(long ns) {
        if (ns >= 0) {
            counts.incrementAndGet(bucket(ns));
        }
    }

    private static int bucket(long ns) {
        if (ns < STEPS) {
            return (int) ns;
        }
        int power = 63 - Long.numberOfLeadingZeros(ns);
        return (power - 2) * STEPS + (int) (ns >>> (power - 3)) - STEPS;
    }

    private static long middle(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int power = bucket / STEPS + 2;
        long least = (long) (STEPS + bucket % STEPS) << (power - 3);
        return least + (1L << (power - 3)) / 2;
    }

    /** How many there are. */
    long count() {
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    /** To an eighth; 0 of none. */
    long percentileNs(double percent) {
        double wanted = Math.max(1, percent / 100 * count());
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
            if (sum >= wanted) {
                return middle(i);
            }
        }
        return 0;
    }
}
