package org.dmafence.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * An agent's timers on the runtime's clock: the agent polls on every turn and every tick, and a timer goes off at
 * the first poll after its time. The agent's thread alone uses it.
 */
final class Timers {
    /** About a millisecond; a power of two, as the wheel wants it. */
    private static final long RESOLUTION_NS = 1 << 20;

    private static final int SPOKES = 256;

    /** The wheel grows by itself, and most schedulers have a timer or none. */
    private static final int TIMERS_PER_TICK = 1;

    private final NanoClock clock;
    private final DeadlineTimerWheel wheel;
    private final Long2ObjectHashMap<Runnable> actions = new Long2ObjectHashMap<>();
    private final List<Runnable> due = new ArrayList<>();

    Timers(NanoClock clock) {
        this.clock = clock;
        wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, clock.nanoTime(), RESOLUTION_NS, SPOKES, TIMERS_PER_TICK);
    }

    boolean isEmpty() {
        return actions.isEmpty();
    }

    /** Sets a timer; {@link Long#MAX_VALUE} is never. */
    long at(long timeNs, Runnable action) {
        if (isEmpty()) {
            wheel.currentTickTime(clock.nanoTime());
        }
        long id = wheel.scheduleTimer(Math.min(timeNs, Long.MAX_VALUE - 1));
        actions.put(id, action);
        return id;
    }

    /** Sets a timer for some time from now; so long that the clock does not reach is never. */
    long after(long ns, Runnable action) {
        long nowNs = clock.nanoTime();
        long atNs = nowNs + ns;
        return at(atNs < nowNs ? Long.MAX_VALUE : atNs, action);
    }

    void cancel(long id) {
        if (actions.remove(id) != null) {
            wheel.cancelTimer(id);
        }
    }

    /** Runs what is due. */
    void poll() {
        if (isEmpty()) {
            return;
        }
        long nowNs = clock.nanoTime();
        // One round passes every timer; after a leap of the clock the ticks beyond it are nobody's.
        long tickNs = Long.MIN_VALUE;
        for (int i = 0; i <= SPOKES && wheel.currentTickTime() != tickNs; i++) {
            tickNs = wheel.currentTickTime();
            wheel.poll(nowNs, this::onExpiry, Integer.MAX_VALUE);
        }
        wheel.currentTickTime(nowNs);
        while (!due.isEmpty()) {
            due.remove(0).run(); // may set timers
        }
    }

    private boolean onExpiry(TimeUnit unit, long nowNs, long id) {
        due.add(actions.remove(id));
        return true;
    }
}
