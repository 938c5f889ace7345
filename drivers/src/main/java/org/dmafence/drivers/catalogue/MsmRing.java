package org.dmafence.drivers.catalogue;

import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTimers;
import org.jspecify.annotations.Nullable;

/** The fences of msm: their numbers wrap soon after the start, and their deadlines raise the clocks in time. */
final class MsmRing extends CatalogueRing {
    /** What the counter starts at; the first fence has the next number. */
    static final long FIRST_NUMBER = 0xffff_ff00L;

    /** How long before a deadline the clocks go up. */
    static final long BOOST_AHEAD_NS = 3_000_000;

    private final DriverTimers timers = new DriverTimers();
    private final AtomicLong boosts = new AtomicLong();
    private final Object lock = new Object();

    /** The ring has one timer, for its soonest deadline; guarded by {@link #lock}, as is that deadline. */
    private DriverTimers.@Nullable Timer boost;

    private long nextDeadlineNs;

    MsmRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec, issuer);
    }

    /** How often the clocks went up for a deadline. */
    long boosts() {
        return boosts.get();
    }

    @Override
    protected long hardwareNumber(long seqno) {
        return (FIRST_NUMBER + seqno) & 0xffff_ffffL;
    }

    @Override
    protected void setDeadline(IssuerFence ops, long deadlineNs) {
        super.setDeadline(ops, deadlineNs);
        synchronized (lock) {
            if (boost != null && deadlineNs >= nextDeadlineNs) {
                return;
            }
            if (boost != null) {
                boost.cancel();
            }
            nextDeadlineNs = deadlineNs;
            boost = timers.arm(deadlineNs - BOOST_AHEAD_NS, () -> raiseClocks(ops));
        }
    }

    @Override
    protected long advanceTimers(long timeNs) {
        return timers.advance(timeNs);
    }

    private void raiseClocks(IssuerFence ops) {
        synchronized (lock) {
            boost = null;
        }
        if (!hasPassed(ops)) {
            boosts.incrementAndGet();
        }
    }
}
