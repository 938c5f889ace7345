package org.dmafence.replay;

import java.util.ArrayDeque;

/**
 * How many jobs are on a ring at a time. A job whose end is not in the capture must not count for ever: it is off the
 * ring once a later one ends, unless its own end comes after all.
 */
final class RingDepth {
    private static final int MAX_RUNNING = 4096;

    private final ArrayDeque<Long> running = new ArrayDeque<>();
    private int most;

    void ran(long key) {
        if (running.size() == MAX_RUNNING) {
            running.removeFirst();
        }
        running.addLast(key);
        most = Math.max(most, running.size());
    }

    void ended(long key) {
        if (!running.contains(key)) {
            most = Math.max(most, Math.min(MAX_RUNNING, running.size() + 1)); // it was there all the time
            return;
        }
        while (running.removeFirst() != key) {
            // Overtaken.
        }
    }

    /** The most that were on it. */
    int most() {
        return most;
    }
}
