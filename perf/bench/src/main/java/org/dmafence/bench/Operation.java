package org.dmafence.bench;

import org.jspecify.annotations.Nullable;

/**
 * What is measured, written once: the windows of {@code dmafence bench} and the JMH benchmarks run the same code.
 * Belongs to the thread that made it.
 */
abstract class Operation {
    @Nullable Object escaped;

    /** What callbacks count and reads add up, so that nothing is optimized away. */
    long seen;

    /** Makes what so many times need; does not count. */
    void prepare(int times) {}

    /**
     * Where promises escape to, so that none is allocated away. A new place for each run: with G1 a store into an old
     * object costs a full fence, which would be a good part of what some operations cost.
     */
    final Object[] escape() {
        Object[] place = new Object[1];
        escaped = place;
        return place;
    }

    /** Does it so many times. Each operation has a loop of its own, so that each is compiled for itself. */
    abstract void run(int times);
}
