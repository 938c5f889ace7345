package org.dmafence.drivers;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A driver's timers, for a ring's {@link SimulatedRing#advanceTimers}: no thread, no clock of its own. Kernel
 * counterpart: {@code timer_list} and {@code delayed_work}.
 *
 * <p>Any thread may arm and cancel, inside an op or a callback too; nothing here blocks. A timer either runs or is
 * cancelled, never both.
 */
public final class DriverTimers {
    private final ConcurrentSkipListMap<Timer, Runnable> armed = new ConcurrentSkipListMap<>();
    private final AtomicLong nextId = new AtomicLong();

    /**
     * Arms a timer.
     *
     * @param dueNs when to run, on the clock that {@link #advance} is given
     * @param action runs on the thread that advances
     */
    public Timer arm(long dueNs, Runnable action) {
        Timer timer = new Timer(dueNs, nextId.getAndIncrement());
        armed.put(timer, action);
        return timer;
    }

    /** Runs the timers that are due, in the order of their times; those they arm in the past, too. */
    public long advance(long nowNs) {
        for (; ; ) {
            Map.Entry<Timer, Runnable> first = armed.firstEntry();
            if (first == null) {
                return Long.MAX_VALUE;
            }
            if (first.getKey().dueNs > nowNs) {
                return first.getKey().dueNs;
            }
            if (armed.remove(first.getKey()) != null) {
                first.getValue().run();
            }
        }
    }

    /** One armed timer. */
    public final class Timer implements Comparable<Timer> {
        private final long dueNs;
        private final long id;

        private Timer(long dueNs, long id) {
            this.dueNs = dueNs;
            this.id = id;
        }

        /** Takes the timer back; false if it has run, is running or was cancelled before. */
        public boolean cancel() {
            return armed.remove(this) != null;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(dueNs, other.dueNs);
            return byTime != 0 ? byTime : Long.compare(id, other.id);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(id);
        }
    }
}
