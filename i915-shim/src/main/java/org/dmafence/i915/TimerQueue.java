package org.dmafence.i915;

import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ring's timers, run by its engine when it says what time it is; there is no thread behind them. Timers due at the same time
 * run in the order they were added.
 *
 * <p>Timers may be added and cancelled by any thread. One that is added from elsewhere is noticed when the engine comes next.
 */
final class TimerQueue {
    private final ConcurrentSkipListSet<Timer> timers = new ConcurrentSkipListSet<>();
    private final AtomicLong added = new AtomicLong();

    /** Adds a timer. The task runs once, or never if it is cancelled first. */
    Timer add(long deadlineNs, Runnable task) {
        Timer timer = new Timer(deadlineNs, added.incrementAndGet(), task);
        timers.add(timer);
        return timer;
    }

    /** Takes a timer back; false if it has run, runs now, or was cancelled. */
    boolean cancel(Timer timer) {
        return timers.remove(timer);
    }

    /**
     * Runs what is due.
     *
     * @return when the next timer is due, {@link Long#MAX_VALUE} if there is none
     */
    long advance(long nowNs) {
        for (; ; ) {
            Timer next;
            try {
                next = timers.first();
            } catch (NoSuchElementException e) { // the set has no peek that answers null
                return Long.MAX_VALUE;
            }
            if (next.deadlineNs > nowNs) {
                return next.deadlineNs;
            }
            if (timers.remove(next)) {
                next.task.run();
            }
        }
    }

    int size() {
        return timers.size();
    }

    /** One timer. */
    static final class Timer implements Comparable<Timer> {
        private final long deadlineNs;
        private final long number;
        private final Runnable task;

        private Timer(long deadlineNs, long number, Runnable task) {
            this.deadlineNs = deadlineNs;
            this.number = number;
            this.task = task;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(deadlineNs, other.deadlineNs);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }
}
