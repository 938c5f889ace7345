package org.dmafence.rcu;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.dmafence.foreign.ForeignException;
import org.jspecify.annotations.Nullable;

/** The queue of one domain's deferred callbacks, and the duty cycle that runs them batch by batch. */
abstract sealed class CallbackBatches implements Agent permits RcuCallbacks {
    // Implementation overview
    //
    // Producers append to an Agrona many-to-one queue. The consumer (the daemon, or the driver of the agent) appends a
    // boundary, starts one grace period for all that is before it, polls it, and runs what is before it in order;
    // meanwhile the queue collects the next batch after the boundary. Only the thread that holds `consumer` touches
    // `boundary` and `period`. No second list holds a batch: storing young entries into an old one would cost a card
    // mark each.
    //
    // I1  FIFO: entries run in the order of their appends, so a barrier's marker runs after all that was appended
    //     before it. A marker with nothing before it runs at once: barrier() implies no grace period.
    // I2  The boundary is appended before its grace period begins, so that period covers all that the deferrers of what
    //     is before it did before defer().
    //
    // I3 to I6 are the daemon's, in RcuCallbacks. The queue's poll() may answer null while an append is under way; its
    // isEmpty() is then false. So null ends a duty cycle, but only isEmpty() lets the daemon park or stop.

    private static final int BATCH_LIMIT = 4096;

    final GracePeriods periods;
    private final String roleName;
    private final ErrorHandler errorHandler;
    final ManyToOneConcurrentLinkedQueue<Runnable> queue = new ManyToOneConcurrentLinkedQueue<>();
    private final ReentrantLock consumer = new ReentrantLock();
    final AtomicLong wanted = new AtomicLong();
    // Counted by the consumer alone, read by anyone: release stores, no atomic update for each callback.
    private final AtomicLong run = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private @Nullable GracePeriod period;

    /**
     * The end of what {@link #period}, if any, or one that has ended allows to run. Volatile for {@link #waiting}
     * alone.
     */
    private volatile @Nullable Boundary boundary;

    /** The last one started; written by {@link RcuCallbacks}. */
    volatile @Nullable RcuThread daemon;

    /** The thread inside {@link #doWork} if it is not the daemon, or the last one; 0 before the first. */
    private volatile long driverId;

    private volatile boolean driving;

    CallbackBatches(GracePeriods periods, RcuSettings settings) {
        this.periods = periods;
        this.roleName = "dmafence-rcu-callbacks-" + settings.name();
        this.errorHandler = settings.callbackErrorHandler();
    }

    /** Appends. The caller is inside a read section of this domain, so that close() can wait for it. */
    final void append(Runnable callback) {
        queue.offer(callback);
    }

    @Override
    public final int doWork() {
        if (consumer.isHeldByCurrentThread() || !consumer.tryLock()) {
            return 0;
        }
        try {
            // The daemon writes neither: producers read this object's other fields, so their line is left alone.
            if (Thread.currentThread() != daemon) {
                driverId = Thread.currentThread().getId();
                driving = true;
            }
            int work = 0;
            if (period == null && boundary == null) {
                work += begin();
            }
            if (period != null && period.poll()) {
                period = null;
                work++;
            }
            Boundary end = boundary;
            if (period == null && end != null) {
                work += runToBoundary(end);
            }
            return work;
        } finally {
            if (driving) {
                driving = false;
            }
            consumer.unlock();
        }
    }

    @Override
    public final String roleName() {
        return roleName;
    }

    /** Runs the markers that have nothing before them, and starts a grace period if one is wanted. */
    private int begin() {
        int work = 0;
        for (Runnable first = queue.peek(); first instanceof Marker; first = queue.peek()) {
            queue.poll().run(); // all that was appended before it has run (I1)
            work++;
        }
        Boundary end = queue.isEmpty() ? null : new Boundary();
        if (end != null || !periods.isCompleted(wanted.get())) {
            if (end != null) {
                queue.offer(end);
            }
            period = periods.begin(); // may throw: the boundary is then passed over, for the next one is another
            boundary = end;
            work++;
        }
        return work;
    }

    private int runToBoundary(Boundary end) {
        assert consumer.isHeldByCurrentThread() && period == null
                : "a batch runs after its grace period, by one thread";
        int count = 0;
        int ran = 0;
        while (count < BATCH_LIMIT) {
            Runnable callback = queue.poll();
            if (callback == null) {
                break;
            }
            count++;
            if (callback == end) {
                boundary = null;
                break;
            }
            if (callback instanceof Marker) {
                add(run, ran); // the thread that waited for this sees what has run
                ran = 0;
                callback.run();
                continue;
            }
            try {
                // Foreign code: no lock but the consumer's, outside any read section; it may block, defer and
                // synchronize, but not wait for callbacks.
                callback.run();
            } catch (Throwable error) {
                add(failed, 1);
                report(error);
            }
            ran++;
        }
        add(run, ran);
        return count;
    }

    private static void add(AtomicLong counter, long amount) {
        counter.setRelease(counter.getPlain() + amount); // pairs with the reads in run() and failed()
    }

    /** Throws nothing. The handler gets a copy, for it may keep it and a driver's exception keeps the driver. */
    final void report(Throwable thrown) {
        Throwable error = thrown;
        try {
            error = ForeignException.of(thrown);
            errorHandler.onError(error);
        } catch (Throwable second) {
            if (second != error) { // a handler may well rethrow what it was given
                second.addSuppressed(error);
            }
            RcuReports.log("The callback error handler failed, of ", roleName, second);
        }
    }

    /** Nothing is queued, waiting, or asked for. For the consumer's thread. */
    final boolean isDrained() {
        return period == null && boundary == null && queue.isEmpty() && periods.isCompleted(wanted.get());
    }

    /** Whether no batch waits for its grace period or runs. For the consumer's thread. */
    final boolean isBetweenBatches() {
        return period == null && boundary == null;
    }

    /** Does one turn; true if nothing is left to do. */
    final boolean driveToEnd() {
        doWork();
        if (!consumer.tryLock()) {
            return false;
        }
        try {
            return isDrained();
        } finally {
            consumer.unlock();
        }
    }

    /** Whether the current thread is the daemon, or inside the agent's duty cycle. */
    final boolean isRunningHere() {
        return Thread.currentThread() == daemon
                || (driving && driverId == Thread.currentThread().getId());
    }

    /** Whether the current thread was the last that did a turn without being the daemon. */
    final boolean isDriver() {
        return driverId == Thread.currentThread().getId();
    }

    /** Callbacks not yet taken to be run; counts the markers of barriers too. */
    final long waiting() {
        return Math.max(0, queue.size() - (boundary == null ? 0 : 1));
    }

    final long run() {
        return run.getAcquire(); // pairs with add
    }

    final long failed() {
        return failed.getAcquire(); // pairs with add
    }

    /**
     * An entry of our own: needs no grace period. A class, for HotSpot before 23 asks slowly whether another is no
     * interface's.
     */
    abstract static class Marker implements Runnable {}

    /** What is before it may run when a grace period that began after its append has ended. */
    private static final class Boundary extends Marker {
        @Override
        public void run() {}
    }
}
