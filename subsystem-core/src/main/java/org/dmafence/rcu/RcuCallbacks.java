package org.dmafence.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.dmafence.foreign.ForeignException;
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
    // I3  No lost wake-up: the daemon sets PARKED, then looks at the queue; a producer appends, then looks at
    //     `sleep`. As with the readers the daemon's side pays for the order (GracePeriods.updaterBarrier), the
    //     producer's side only keeps the compiler from swapping (or fences fully, in FENCE mode).
    // I4  There is a daemon only while there is work, and some time after, so that a domain and a class loader that
    //     nobody uses any more can go without being told. `sleep` says how it is:
    //
    //       from    to      by
    //       ENDED   AWAKE   whoever needs a daemon and starts the next one, or stops for good
    //       AWAKE   PARKED  the daemon, which then looks at the queue (I3)
    //       PARKED  AWAKE   whoever has work and wakes it, or the daemon
    //       PARKED  ENDED   the daemon, which then touches nothing any more
    //
    //     All but the daemon's first are CASes, so one daemon follows the other. To the producer ENDED is as PARKED.
    // I5  Nothing that is thrown ends the daemon: not by a callback, an error handler, or a barrier that is refused.
    // I6  `stopped` is for good, and says that all has run. Markers are appended until then, and may be just behind it:
    // who
    //     waits for one looks at `stopped` as well. A stop that fails leaves a daemon behind, or ENDED.
    //
    // The queue's poll() may answer null while an append is under way; its isEmpty() is then false. So null ends a
    // duty cycle, but only isEmpty() lets the daemon park or stop.

    private static final int BATCH_LIMIT = 4096;

    /**
     * How long the daemon pauses between batches: callbacks that are deferred at a high rate then share grace periods, which
     * interrupt every processor. Whoever waits for callbacks cuts it short.
     */
    private static final long PAUSE_NS = 100_000;

    /** How long the daemon sleeps before it ends. */
    static final long IDLE_MS = 2_000;

    /** How long whoever sends the daemon to rest waits for it. */
    static final long REST_MS = 5_000;

    /** How long the daemon waits with trying again when it can't even go to sleep. */
    private static final long RETRY_NS = 10_000_000;

    /** How often whoever waits for the daemon looks whether there is one. */
    private static final long LOOK_NS = 100_000_000;

    private static final int AWAKE = 0;
    private static final int PARKED = 1;
    private static final int ENDED = 2;

    private final RcuDomain domain;
    private final GracePeriods periods;
    private final boolean callerDriven;
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

    /** The last one started. */
    private volatile @Nullable RcuThread daemon;

    private volatile boolean stopping;

    /** The daemon is asked not to sleep but to end when there is nothing to do. */
    private volatile boolean resting;

    /** The daemon's last turn threw. */
    private boolean failing;

    /** See I4; AWAKE for ever where the embedder drives. */
    private volatile int sleep;

    /** The thread inside {@link #doWork} if it is not the daemon, or the last one; 0 before the first. */
    private volatile long driverId;

    private volatile boolean driving;

    RcuCallbacks(RcuDomain domain, GracePeriods periods, RcuSettings settings) {
        this.domain = domain;
        this.periods = periods;
        this.ordering = domain.ordering();
        this.callerDriven = settings.callerDrivenCallbacks();
        this.roleName = "dmafence-rcu-callbacks-" + settings.name();
        this.errorHandler = settings.callbackErrorHandler();
        this.sleep = callerDriven ? AWAKE : ENDED;
    }

    /** Starts the daemon if there is none. Throws what starting a thread does, with nothing changed. */
    void startIfEnded() {
        if (sleep == ENDED && SLEEP.compareAndSet(this, ENDED, AWAKE)) {
            boolean started = false;
            try {
                RcuThread thread = DetachedThreads.create(domain, roleName, this::runDaemon);
                daemon = thread;
                thread.start();
                started = true;
            } finally {
                if (!started) {
                    sleep = ENDED;
                }
            }
        }
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
            VarHandle.acquireFence(); // keeps the append before the read of sleep (I3), as in RcuReader.lock
        } else {
            VarHandle.fullFence();
        }
        if (sleep != AWAKE) {
            rouse();
        }
    }

    private void rouse() {
        if (SLEEP.compareAndSet(this, PARKED, AWAKE)) {
            LockSupport.unpark(daemon);
            return;
        }
        try {
            startIfEnded();
        } catch (Throwable error) { // it ended since the caller had it started; the next one who comes tries again
            report(error);
        }
    }

    @Override
    public int doWork() {
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

    /** Throws nothing. The handler gets a copy, for it may keep it and a driver's exception keeps the driver. */
    private void report(Throwable thrown) {
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

    private void runDaemon() {
        IdleStrategy idle = new BackoffIdleStrategy();
        boolean ended = false;
        while (!ended) {
            // A foreign callback may leave an interrupt behind, or anybody send one: it would turn each park into a
            // spin.
            Thread.interrupted();
            try {
                ended = turn(idle);
                failing = false;
            } catch (Throwable error) { // a refused membarrier, say: tried again, and nothing is run too early
                if (!failing) {
                    failing = true;
                    report(error);
                }
                LockSupport.parkNanos(this, RETRY_NS);
            }
        }
    }

    /** One turn of the daemon; true if it is the last one. */
    private boolean turn(IdleStrategy idle) {
        if (stopping && isDrained()) {
            stopped.countDown();
            return true;
        }
        int work = doWork();
        if (work == 0 && isDrained()) {
            return sleep();
        }
        if (work != 0 && period == null && boundary == null && !stopping) {
            LockSupport.parkNanos(this, PAUSE_NS);
        } else {
            idle.idle(work);
        }
        return false;
    }

    /** Sleeps until there is work; true if the daemon is to end (I4). */
    private boolean sleep() {
        boolean idle = false;
        sleep = PARKED;
        try {
            periods.updaterBarrier(); // PARKED before the queue's state, pairs with the fence in wake (I3)
            idle = isDrained() && !stopping;
        } finally {
            if (!idle) {
                boolean unused = SLEEP.compareAndSet(this, PARKED, AWAKE);
            }
        }
        if (!idle) {
            return false;
        }
        long beganNs = System.nanoTime();
        long leftNs = IDLE_MS * 1_000_000;
        while (sleep == PARKED && !resting && leftNs > 0) {
            LockSupport.parkNanos(this, leftNs);
            Thread.interrupted();
            leftNs = IDLE_MS * 1_000_000 - (System.nanoTime() - beganNs);
        }
        return SLEEP.compareAndSet(this, PARKED, ENDED);
    }

    /** Whether there is no daemon, for there is nothing to do: all that was deferred before has run. */
    boolean isAtRest() {
        return sleep == ENDED && queue.isEmpty();
    }

    /** Nothing is queued, waiting, or asked for. For the consumer's thread. */
    private boolean isDrained() {
        return period == null && boundary == null && queue.isEmpty() && periods.isCompleted(wanted.get());
    }

    /**
     * Has the daemon end as soon as it has nothing to do, and waits for that, up to {@value #REST_MS} ms: others who go on deferring
     * may keep it busy. The next one who defers starts another.
     */
    void rest() {
        RcuThread running = daemon;
        if (running == null) {
            return;
        }
        long beganNs = System.nanoTime();
        try {
            Uninterruptibly.until(
                    () -> {
                        resting = true; // each time, for another who waits may have given up
                        hurry();
                        return !running.isAlive() || System.nanoTime() - beganNs > REST_MS * 1_000_000;
                    },
                    false);
        } finally {
            resting = false;
        }
    }

    /** Runs what is queued and stops. Nothing is appended any more when this is called. */
    void stop() {
        stopping = true;
        while (stopped.getCount() != 0) {
            if (callerDriven) {
                Uninterruptibly.until(this::driveToEnd, false);
                stopped.countDown();
            } else if (SLEEP.compareAndSet(this, ENDED, AWAKE)) {
                boolean driven = false;
                try {
                    Uninterruptibly.until(this::driveToEnd, false);
                    driven = true;
                    stopped.countDown();
                } finally {
                    if (!driven) { // a refused membarrier, say; what is queued still needs somebody (I6)
                        sleep = ENDED;
                        rouse();
                    }
                }
            } else {
                wake();
                hurry();
                boolean unused = Uninterruptibly.await(stopped, LOOK_NS); // the daemon, unless it could not be started
            }
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

    boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Waits until all that was appended before has run; false if the time passed first. Starts a daemon if there is work for one. */
    boolean awaitMarker(long timeoutNs) {
        if (isStopped() || isAtRest()) {
            return true;
        }
        startIfEnded(); // a thread may be refused, so it is asked for first
        BarrierMarker marker = new BarrierMarker();
        queue.offer(marker);
        wake();
        hurry();
        return marker.await(timeoutNs, this::wakeUnlessStopped);
    }

    private boolean wakeUnlessStopped() {
        wake();
        return isStopped();
    }

    /** Whether the current thread is the daemon, or inside the agent's duty cycle. */
    boolean isRunningHere() {
        return Thread.currentThread() == daemon
                || (driving && driverId == Thread.currentThread().getId());
    }

    /** Whether the current thread was the last to drive the agent. */
    boolean isDrivenHere() {
        return callerDriven && driverId == Thread.currentThread().getId();
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

        /**
         * Waits until it has run. Looks again now and then: a daemon that could not be started when it was needed is started
         * as soon as that is possible, and does not leave whoever waits alone; nor does one that had stopped before.
         *
         * @param look wakes the daemon; true if that has run all it ever will
         */
        boolean await(long timeoutNs, BooleanSupplier look) {
            long limitNs = Math.max(0, timeoutNs); // the most negative time less a little would be a long one
            long beganNs = System.nanoTime();
            while (true) {
                long leftNs = limitNs - (System.nanoTime() - beganNs);
                if (Uninterruptibly.await(reached, Math.min(leftNs, LOOK_NS)) || look.getAsBoolean()) {
                    return true;
                }
                if (leftNs <= LOOK_NS) {
                    return false;
                }
            }
        }
    }

    private static final VarHandle SLEEP;

    static {
        try {
            SLEEP = MethodHandles.lookup().findVarHandle(RcuCallbacks.class, "sleep", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
