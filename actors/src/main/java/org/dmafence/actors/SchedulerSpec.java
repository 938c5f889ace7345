package org.dmafence.actors;

import java.util.Objects;
import org.dmafence.driver.RingSpec;
import org.dmafence.sched.SchedulerTraceListener;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler to open on a ring of a driver.
 *
 * @param ring the ring; the scheduler has its name
 * @param credits how many credits may be on the ring at a time; at most its slots, since a job takes at least one of each
 * @param trace who gets the scheduler's trace events, {@code null} for nobody
 */
public record SchedulerSpec(
        RingSpec ring, int credits, @Nullable SchedulerTraceListener trace) {
    public SchedulerSpec {
        Objects.requireNonNull(ring, "ring");
        if (credits < 1 || credits > ring.slots()) {
            throw new IllegalArgumentException("a scheduler with " + credits + " credits on ring " + ring.name()
                    + " with " + ring.slots() + " slots; use 1 to " + ring.slots());
        }
    }

    /** A scheduler that may fill its ring, untraced. */
    public static SchedulerSpec of(RingSpec ring) {
        return new SchedulerSpec(ring, ring.slots(), null);
    }

    /** The same with another limit. */
    public SchedulerSpec withCredits(int limit) {
        return new SchedulerSpec(ring, limit, trace);
    }

    /** The same, traced. */
    public SchedulerSpec tracedBy(SchedulerTraceListener listener) {
        return new SchedulerSpec(ring, credits, listener);
    }
}
