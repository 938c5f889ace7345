package org.dmafence.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The deferred callbacks of one domain: their queue, and the duty cycle that runs them. */
final class RcuCallbacks implements Agent {
    // Implementation overview
    //
    // Producers append to an Agrona many-to-one queue. The consumer (the daemon, or whoever drives the agent) appends a
    // boundary, starts one grace period for all that is before it, polls it, and runs what is before it in order;
    // meanwhile the queue collects the next batch behind the boundary. Only the thread that holds `consumer` touches
    // `boundary` and `period`. No second list holds a batch: storing young entries into an old one would cost a card
    // mark each.
    //
    // I1  FIFO: entries run in the order of their appends, so a barrier's marker runs after all that was appended
    //     before it. A marker with nothing before it runs at once: barrier() implies no grace period.
    // I2  The boundary is appended before its grace period begins, so that period covers all that the deferrers of what
    //     is before it did before defer().
    // I3  No lost wake-up: the daemon sets `parked`, then looks at the queue; a producer appends, then looks at
    //     `parked`. As with the readers the daemon's side pays for the order (GracePeriods.updaterBarrier), the
    //     producer's side only keeps the compiler from swapping (or fences fully, in FENCE mode).
    //
    // The queue's poll() may answer null while an append is under way; its isEmpty() is then false. So null ends a
    // duty cycle, but only isEmpty() lets the daemon park or stop.

    private static final int BATCH_LIMIT = 4096;

    /**
     * How long the daemon pauses between batches: callbacks that are deferred at a high rate then share grace periods, which
     * interrupt every processor. Whoever waits for callbacks cuts it short.
     */
    private static final long PAUSE_NS = 100_000;

    private final GracePeriods periods;
    private final String roleName;
    private final ErrorHandler errorHandler;
    private final RcuOrdering ordering;
    private final ManyToOneConcurrentLinkedQueue<Runnable> queue = new ManyToOneConcurrentLinkedQueue<>();
    private final ReentrantLock consumer = new ReentrantLock();
    private final AtomicLong wanted = new AtomicLong();
    // Counted by the consumer alone, read by anyone: release stores, no atomic update for each callback.
    private final AtomicLong run = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable GracePeriod period;

    /** The end of what {@link #period}, if any, or one that has ended allows to run. Volatile for {@link #waiting} alone. */
    private volatile @Nullable Boundary boundary;

    private @Nullable RcuThread daemon;
    private volatile boolean stopping;

    /** The daemon's last duty cycle threw. */
    private boolean failing;

    /** The daemon is about to park, or parked. Set by the daemon, cleared by it and by whoever wakes it. */
    private volatile boolean parked;

    /** The thread inside {@link #doWork}, or the last one; 0 before the first call. */
    private volatile long driverId;

    private volatile boolean driving;

    RcuCallbacks(GracePeriods periods, RcuSettings settings, RcuOrdering ordering) {
        this.periods = periods;
        this.ordering = ordering;
        this.roleName = "dmafence-rcu-callbacks-" + settings.name();
        this.errorHandler = settings.callbackErrorHandler();
    }

    void startDaemon(RcuDomain domain) {
        RcuThread thread = DetachedThreads.create(domain, roleName, this::runDaemon);
        daemon = thread;
        thread.start();
    }

    /** Appends. The caller is inside a read section of this domain, so that close() can wait for it. */
    void append(Runnable callback) {
        queue.offer(callback);
    }

    /** Makes sure that a grace period for this cookie will be run. */
    void request(long cookie) {
        wanted.accumulateAndGet(cookie, Math::max);
        wake();
        hurry();
    }

    /** Ends the daemon's pause, if it makes one: somebody waits. The permit outlasts the race with the pause's beginning. */
    void hurry() {
        LockSupport.unpark(daemon);
    }

    /** Wakes the daemon if it sleeps; to be called after {@link #append}. */
    void wake() {
        if (ordering == RcuOrdering.MEMBARRIER) {
            VarHandle.acquireFence(); // keeps the append before the read of parked (I3), as in RcuReader.lock
        } else {
            VarHandle.fullFence();
        }
        if (parked && PARKED.compareAndSet(this, true, false)) {
            LockSupport.unpark(daemon);
        }
    }

    @Override
    public int doWork() {
        if (consumer.isHeldByCurrentThread() || !consumer.tryLock()) {
            return 0;
        }
        try {
            if (daemon == null) { // producers read this object's other fields, so their line is not written for nothing
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
            if (daemon == null) {
                driving = false;
            }
            consumer.unlock();
        }
    }

    @Override
    public String roleName() {
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
                add(run, ran); // whoever waited for this sees what has run
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

    private void report(Throwable error) {
        try {
            errorHandler.onError(error);
        } catch (Throwable second) {
            second.addSuppressed(error);
            System.getLogger(RcuDomain.class.getName())
                    .log(System.Logger.Level.ERROR, "The callback error handler of " + roleName + " failed", second);
        }
    }

    private void runDaemon() {
        IdleStrategy idle = new BackoffIdleStrategy();
        try {
            while (!(stopping && isDrained())) {
                int work = workOrReport();
                if (work == 0 && isDrained()) {
                    park();
                } else if (work != 0 && period == null && boundary == null && !stopping) {
                    LockSupport.parkNanos(this, PAUSE_NS);
                    Thread.interrupted();
                } else {
                    // A foreign callback may leave an interrupt behind, which would turn each park into a spin.
                    Thread.interrupted();
                    idle.idle(work);
                }
            }
        } finally {
            stopped.countDown();
        }
    }

    /** A duty cycle that survives a refused membarrier: reported once, tried again, and nothing is run too early. */
    private int workOrReport() {
        try {
            int work = doWork();
            failing = false;
            return work;
        } catch (Throwable error) {
            if (!failing) {
                failing = true;
                report(error);
            }
            return 0;
        }
    }

    private void park() {
        parked = true;
        GracePeriods.updaterBarrier(ordering); // parked before the queue's state, pairs with the fence in wake (I3)
        if (isDrained() && !stopping) {
            LockSupport.park(this);
        }
        parked = false;
    }

    /** Nothing is queued, waiting, or asked for. For the consumer's thread. */
    private boolean isDrained() {
        return period == null && boundary == null && queue.isEmpty() && periods.isCompleted(wanted.get());
    }

    /** Runs what is queued and stops. Nothing is appended any more when this is called. */
    void stop() {
        stopping = true;
        if (daemon != null) {
            wake();
            hurry();
            Waits.await(stopped);
        } else {
            Waits.until(this::driveToEnd, false);
            stopped.countDown();
        }
    }

    private boolean driveToEnd() {
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

    boolean awaitStopped(long timeoutNs) {
        return Waits.await(stopped, timeoutNs);
    }

    /** Whether the current thread is the daemon, or inside the agent's duty cycle. */
    boolean isRunningHere() {
        return Thread.currentThread() == daemon
                || (driving && driverId == Thread.currentThread().getId());
    }

    /** Whether the current thread was the last to drive the agent. */
    boolean isDrivenHere() {
        return daemon == null && driverId == Thread.currentThread().getId();
    }

    /** Callbacks not yet taken to be run; counts the markers of barriers too. */
    long waiting() {
        return Math.max(0, queue.size() - (boundary == null ? 0 : 1));
    }

    long run() {
        return run.getAcquire(); // pairs with add
    }

    long failed() {
        return failed.getAcquire(); // pairs with add
    }

    /** An entry of our own: needs no grace period. A class, for HotSpot before 23 asks slowly whether another is no interface's. */
    private abstract static class Marker implements Runnable {}

    /** What is before it may run when a grace period that began after its append has ended. */
    private static final class Boundary extends Marker {
        @Override
        public void run() {}
    }

    /** Queued by barrier(): runs when all before it have run. */
    static final class BarrierMarker extends Marker {
        private final CountDownLatch reached = new CountDownLatch(1);

        @Override
        public void run() {
            reached.countDown();
        }

        boolean await(long timeoutNs) {
            return Waits.await(reached, timeoutNs);
        }
    }

    private static final VarHandle PARKED;

    static {
        try {
            PARKED = MethodHandles.lookup().findVarHandle(RcuCallbacks.class, "parked", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
