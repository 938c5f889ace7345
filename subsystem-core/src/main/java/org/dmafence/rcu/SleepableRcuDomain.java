package org.dmafence.rcu;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.dmafence.concurrent.Uninterruptibly;
import org.dmafence.lockdep.Lockdep;

/**
 * RCU whose readers may block: SRCU.
 *
 * <p>A section may sleep, wait for fences, and end on another thread than it began on. In return each entry and exit
 * updates a shared counter atomically, and there are no stall reports, for sleeping is no fault here. Grace periods
 * wait for the readers of this domain only. Nothing to close: there is no thread and no registration.
 *
 * <p>Readers never wait. {@link #synchronize} inside a section of the same domain waits for ever, also by way of
 * another thread. Kernel counterpart: {@code srcu_read_lock()}, {@code srcu_read_unlock()},
 * {@code synchronize_srcu()}.
 */
public final class SleepableRcuDomain {
    // Implementation overview
    //
    // Two sets of counters, chosen by the index' lowest bit; each set counts entries and exits apart, striped over
    // threads so that readers seldom meet. A set has no reader when its exits, summed first, equal its entries.
    //
    // A grace period waits until the set that is not in use is empty, makes it the one in use, and waits until the
    // other one is empty. The first wait is for readers that read the index before the previous flip and counted
    // themselves late; without it they could be missed, or new readers could keep a set busy for ever.
    //
    // I1  A section's exit is counted in the set of its entry: the token is the set.
    // I2  Counters only grow, and exits <= entries in each set when exits are summed first.
    // I3  An entry that a grace period's sum missed was counted after the barrier between the sums, so that section
    //     sees what was published before the grace period (fence in readLock against the fence in isEmpty).
    // I4  The exit is a release and the sum reads it by acquire: the section happens before the grace period's end.

    private static final int STRIPES = BitUtil.findNextPositivePowerOfTwo(
            Math.min(64, 2 * Runtime.getRuntime().availableProcessors()));

    private final String name;
    private final CountersManager counters = new CountersManager(
            new UnsafeBuffer(
                    BufferUtil.allocateDirectAligned(4 * STRIPES * CountersReader.METADATA_LENGTH, Long.BYTES)),
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                    4 * STRIPES * CountersReader.COUNTER_LENGTH, CountersReader.COUNTER_LENGTH)));
    private final AtomicCounter[][] entries;
    private final AtomicCounter[][] exits;
    private final ReentrantLock turn = new ReentrantLock();

    /** Which set new readers use, in its lowest bit. Flipped under {@link #turn}. */
    private final AtomicLong index = new AtomicLong();

    /** Grace periods begun, and the highest of them that ended; see {@link GracePeriods} for cookies. */
    private final AtomicLong begun = new AtomicLong();

    private final AtomicLong completed = new AtomicLong();

    private SleepableRcuDomain(String name) {
        this.name = name;
        entries = newSets("entries");
        exits = newSets("exits");
    }

    /** Makes a domain; the name appears in messages and counters. */
    public static SleepableRcuDomain create(String name) {
        return new SleepableRcuDomain(name);
    }

    private AtomicCounter[][] newSets(String what) {
        AtomicCounter[][] sets = new AtomicCounter[2][STRIPES];
        for (int set = 0; set < 2; set++) {
            for (int stripe = 0; stripe < STRIPES; stripe++) {
                sets[set][stripe] = counters.newCounter("srcu " + name + " " + what + " " + set + "/" + stripe);
            }
        }
        return sets;
    }

    /**
     * Enters a read section; sections nest.
     *
     * @return the token for {@link #readUnlock}
     */
    public int readLock() {
        int set = (int) index.getOpaque() & 1; // a stale index is harmless, see the first wait of a grace period
        entries[set][stripe()].increment();
        VarHandle.fullFence(); // entry before the section's reads, pairs with isEmpty (I3)
        return set;
    }

    /**
     * Leaves the section, on any thread.
     *
     * @param token what {@link #readLock} returned
     */
    public void readUnlock(int token) {
        if (token != 0 && token != 1) {
            throw new IllegalArgumentException(
                    "Token " + token + " is not from readLock() of SRCU domain '" + name + "'");
        }
        exits[token][stripe()].increment(); // releases the section, pairs with the sum in isEmpty (I4)
    }

    /**
     * Waits until every section that began before this call has ended. Concurrent callers share grace periods; the
     * interrupt status is kept.
     *
     * @throws RcuUsageException if sections were left more often than entered
     */
    public void synchronize() {
        await(false);
    }

    /** The same, yielding instead of sleeping. */
    public void synchronizeExpedited() {
        await(true);
    }

    private void await(boolean expedited) {
        Lockdep.mightSleep("synchronize_srcu");
        VarHandle.fullFence(); // the caller's unpublishing before the read of begun
        long cookie = begun.get() + 1;
        turn.lock();
        try {
            if (completed.get() < cookie) {
                long period = begun.incrementAndGet();
                Uninterruptibly.until(() -> isEmpty((int) (index.get() + 1) & 1), GracePeriods.idle(expedited));
                int previous = (int) index.getAndIncrement() & 1;
                Uninterruptibly.until(() -> isEmpty(previous), GracePeriods.idle(expedited));
                completed.set(period);
            }
        } finally {
            turn.unlock();
        }
        VarHandle.fullFence(); // a full barrier on return, also for those who shared
    }

    private boolean isEmpty(int set) {
        long left = sum(exits[set]);
        VarHandle.fullFence(); // exits before entries (I2), pairs with readLock (I3)
        long entered = sum(entries[set]);
        if (left > entered) {
            throw new RcuUsageException("Sections of SRCU domain '" + name + "' were left " + (left - entered)
                    + " times more often than entered; pass each token to readUnlock() once");
        }
        return left == entered;
    }

    private static long sum(AtomicCounter[] stripes) {
        long sum = 0;
        for (AtomicCounter stripe : stripes) {
            sum += stripe.get();
        }
        return sum;
    }

    /** Sections that are open now; a guess while readers come and go. */
    public long openSections() {
        long left = sum(exits[0]) + sum(exits[1]);
        VarHandle.fullFence(); // exits before entries, so the difference is never negative (I2)
        return sum(entries[0]) + sum(entries[1]) - left;
    }

    /** Grace periods that have ended. */
    public long gracePeriods() {
        return completed.get();
    }

    private static int stripe() {
        return (int) Thread.currentThread().getId() & (STRIPES - 1);
    }

    @Override
    public String toString() {
        return "SleepableRcuDomain '" + name + "' (" + openSections() + " open sections)";
    }
}
