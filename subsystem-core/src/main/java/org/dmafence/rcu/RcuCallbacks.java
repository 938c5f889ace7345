package org.dmafence.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.dmafence.concurrent.Uninterruptibly;

/**
 * The deferred callbacks of one domain, and the daemon that runs them: started, woken, sent to rest and stopped here.
 */
final class RcuCallbacks extends CallbackBatches {
    // Implementation overview
    //
    // The daemon drives the batches (I1 and I2) of its superclass while there are any.
    //
    // I3  No lost wake-up: the daemon sets PARKED, then looks at the queue; a producer appends, then looks at
    //     `sleep`. As with the readers the daemon's side pays for the order (GracePeriods.updaterBarrier), the
    //     producer's side only keeps the compiler from swapping (or fences fully, in FENCE mode).
    // I4  There is a daemon only while there is work, and some time after, so that a domain and a class loader that
    //     nobody uses any more can go without being told. `sleep` says how it is:
    //
    //       from    to      by
    //       ENDED   AWAKE   who needs a daemon and starts the next one, or stops for good
    //       AWAKE   PARKED  the daemon, which then looks at the queue (I3)
    //       PARKED  AWAKE   who has work and wakes it, or the daemon
    //       PARKED  ENDED   the daemon, which then touches nothing any more
    //
    //     All but the daemon's first are CASes, so one daemon follows the other. To the producer ENDED is as PARKED.
    // I5  Nothing that is thrown ends the daemon: not by a callback, an error handler, or a barrier that is refused.
    // I6  `stopped` is for good, and says that all has run. Markers are appended until then, and may come just after
    //     it: who waits for one looks at `stopped` as well. A stop that fails leaves a daemon behind, or ENDED.

    /**
     * How long the daemon pauses between batches: callbacks that are deferred at a high rate then share grace periods,
     * which interrupt every processor. A thread that waits for callbacks cuts it short.
     */
    private static final long PAUSE_NS = 100_000;

    /** How long the daemon sleeps before it ends. */
    static final long IDLE_MS = 2_000;

    /** How long {@link #rest} waits for the daemon. */
    static final long REST_MS = 5_000;

    /** How long the daemon waits with trying again when it can't even go to sleep. */
    private static final long RETRY_NS = 10_000_000;

    /** How often a thread that waits for the daemon looks whether there is one. */
    private static final long LOOK_NS = 100_000_000;

    private static final int AWAKE = 0;
    private static final int PARKED = 1;
    private static final int ENDED = 2;

    private final RcuDomain domain;
    private final boolean callerDriven;
    private final RcuOrdering ordering;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    /** The daemon is asked not to sleep but to end when there is nothing to do. */
    private volatile boolean resting;

    /** The daemon's last turn threw. */
    private boolean failing;

    /** See I4; AWAKE for ever where the embedder drives. */
    private volatile int sleep;

    RcuCallbacks(RcuDomain domain, GracePeriods periods, RcuSettings settings) {
        super(periods, settings);
        this.domain = domain;
        this.ordering = domain.ordering();
        this.callerDriven = settings.callerDrivenCallbacks();
        this.sleep = callerDriven ? AWAKE : ENDED;
    }

    /** Starts the daemon if there is none. Throws what starting a thread does, with nothing changed. */
    void startIfEnded() {
        if (sleep == ENDED && SLEEP.compareAndSet(this, ENDED, AWAKE)) {
            boolean started = false;
            try {
                RcuThread thread = DetachedThreads.create(domain, roleName(), this::runDaemon);
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

    /** Makes sure that a grace period for this cookie will be run. */
    void request(long cookie) {
        wanted.accumulateAndGet(cookie, Math::max);
        wake();
        hurry();
    }

    /**
     * Ends the daemon's pause, if it makes one: somebody waits. The permit outlasts the race with the pause's
     * beginning.
     */
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
        if (work != 0 && isBetweenBatches() && !stopping) {
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

    /**
     * Has the daemon end as soon as it has nothing to do, and waits for that, up to {@value #REST_MS} ms: others who go
     * on deferring may keep it busy. The next one who defers starts another.
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
                    new BackoffIdleStrategy());
        } finally {
            resting = false;
        }
    }

    /** Runs what is queued and stops. Nothing is appended any more when this is called. */
    void stop() {
        stopping = true;
        while (stopped.getCount() != 0) {
            if (callerDriven) {
                Uninterruptibly.until(this::driveToEnd, new BackoffIdleStrategy());
                stopped.countDown();
            } else if (SLEEP.compareAndSet(this, ENDED, AWAKE)) {
                boolean driven = false;
                try {
                    Uninterruptibly.until(this::driveToEnd, new BackoffIdleStrategy());
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

    boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /**
     * Waits until all that was appended before has run; false if the time passed first. Starts a daemon if there is
     * work for one.
     */
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

    /** Whether the current thread was the last to drive the agent. */
    boolean isDrivenHere() {
        return callerDriven && isDriver();
    }

    /** Queued by barrier(): runs when all before it have run. */
    static final class BarrierMarker extends Marker {
        private final CountDownLatch reached = new CountDownLatch(1);

        @Override
        public void run() {
            reached.countDown();
        }

        /**
         * Waits until it has run. Looks again now and then: a daemon that could not be started when it was needed is
         * started as soon as that is possible, and does not leave the waiting thread alone; nor does one that had
         * stopped before.
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
