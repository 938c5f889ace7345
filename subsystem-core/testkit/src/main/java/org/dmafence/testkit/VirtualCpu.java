package org.dmafence.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.Parking;
import org.jspecify.annotations.Nullable;

/**
 * One CPU under virtual time: of its {@linkplain #start tasks} one runs at a time, until it sleeps or ends; time passes
 * only when the thread that drives it says so, or sleeps itself. The same program takes the same course every time.
 *
 * <p>One thread drives: it calls {@link #settle}, {@link #advanceNs} and {@link #after}, and whatever else the test
 * does. When that thread waits for a fence of the {@linkplain #runtime() runtime}, the tasks run and time passes until
 * the wait is over; a wait that nothing can end is an error instead of a hang.
 *
 * <p>Only what sleeps through the runtime's {@link Parking} takes part. A task that blocks on anything else for ten
 * real seconds is reported with its stack.
 */
public final class VirtualCpu implements AutoCloseable {
    private static final long STUCK_SECONDS = 10;

    /** How many turns tasks may take while no time passes; no program that comes to rest needs as many. */
    private static final int MAX_TURNS = 1_000_000;

    /** Ends the tasks that still sleep when the CPU is closed; no code but the task's own top catches it. */
    static final class Closed extends Error {
        private static final long serialVersionUID = 1L;

        Closed() {
            super("the virtual CPU was closed", null, false, false);
        }
    }

    private final long tickNs;
    private final FenceRuntime runtime;
    private final Semaphore back = new Semaphore(0);

    /* All that follows is guarded by this object's monitor: threads of the JVM may call unpark at any time. */

    private final ArrayDeque<VirtualTask> runnable = new ArrayDeque<>();
    private final PriorityQueue<VirtualTimer> timers = new PriorityQueue<>();
    private final List<VirtualTask> tasks = new ArrayList<>();
    private long nowNs;
    private long timersSet;
    private boolean driverPermit;
    private boolean inTimer;
    private boolean closed;

    private VirtualCpu(long tickNs, long startNs) {
        this.tickNs = tickNs;
        nowNs = startNs;
        runtime = runtimeBuilder().build();
    }

    /** A CPU at time 0 whose timers fire to the nanosecond. */
    public static VirtualCpu create() {
        return new VirtualCpu(1, 0);
    }

    /**
     * A CPU whose timers fire only at multiples of a tick, never early, as a kernel's jiffies do.
     *
     * @param tickNs the length of a tick
     * @param startNs what the clock reads at first
     */
    public static VirtualCpu ticking(long tickNs, long startNs) {
        if (tickNs < 1) {
            throw new IllegalArgumentException("a tick of " + tickNs + " ns; it must be at least 1");
        }
        return new VirtualCpu(tickNs, startNs);
    }

    /** A runtime with this CPU's clock and parking. */
    public FenceRuntime runtime() {
        return runtime;
    }

    /** The settings of such a runtime, to add a reporter or an RCU domain. */
    public FenceRuntime.Builder runtimeBuilder() {
        return FenceRuntime.builder().clock(clock()).parking(new TaskParking());
    }

    /** Virtual time; reading it does not let it pass. */
    public NanoClock clock() {
        return this::nowNs;
    }

    private synchronized long nowNs() {
        return nowNs;
    }

    // ---- tasks ----------------------------------------------------------------------------------------------------

    /** Makes a task that will run when the CPU is free: in {@link #settle}, or when the task that runs now sleeps. */
    public synchronized VirtualTask start(String name, Runnable body) {
        if (closed) {
            throw new IllegalStateException("task " + name + " started on a closed virtual CPU");
        }
        VirtualTask task = new VirtualTask(this, name, body);
        tasks.add(task);
        runnable.add(task);
        return task;
    }

    /** An executor that makes a task of each command. */
    public Executor executor() {
        return command -> {
            VirtualTask unused = start("work", command);
        };
    }

    /**
     * Runs tasks until all of them sleep or have ended; no time passes.
     *
     * @throws IllegalStateException if a task has thrown, or blocks on something that is not the runtime's parking, or
     *     if they never come to rest
     */
    public void settle() {
        requireDriver("settle");
        int turns = 0;
        for (VirtualTask task = nextRunnable(); task != null; task = nextRunnable()) {
            run(task);
            if (++turns == MAX_TURNS) {
                throw new IllegalStateException(
                        "tasks wake each other and no time passes: " + MAX_TURNS + " turns, the last was " + task);
            }
        }
    }

    /** The tasks that have not ended. */
    public synchronized List<VirtualTask> live() {
        tasks.removeIf(VirtualTask::isDone);
        return List.copyOf(tasks);
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /**
     * Has something done when a time has passed, on the driving thread and before any task runs, as an interrupt would;
     * it must not sleep. Of several at one time the first set is the first done.
     */
    public synchronized void after(long delayNs, Runnable action) {
        setTimer(delayNs, Objects.requireNonNull(action, "action"));
    }

    /** Settles, and lets time pass, settling after each timer. */
    public void advanceNs(long durationNs) {
        requireDriver("advanceNs");
        if (durationNs < 0) {
            throw new IllegalArgumentException("time advanced by " + durationNs + " ns; it only goes forward");
        }
        long untilNs = nowNs() + durationNs;
        do {
            settle();
        } while (fireNext(untilNs));
        synchronized (this) {
            nowNs = Math.max(nowNs, untilNs);
        }
    }

    /** As {@link #advanceNs}. */
    public void advanceMs(long durationMs) {
        advanceNs(TimeUnit.MILLISECONDS.toNanos(durationMs));
    }

    /**
     * Has the task that runs now take some time without sleeping, as work does: the clock moves on, and timers that are
     * due by then fire when the CPU is next free.
     */
    public synchronized void spendNs(long durationNs) {
        if (durationNs < 0) {
            throw new IllegalArgumentException(durationNs + " ns of work; time only goes forward");
        }
        nowNs += durationNs;
    }

    private VirtualTimer setTimer(long delayNs, Runnable action) {
        long dueNs = nowNs + Math.max(0, delayNs);
        if (dueNs < 0) {
            dueNs = Long.MAX_VALUE - tickNs; // beyond the end of time
        }
        VirtualTimer timer = new VirtualTimer(Math.floorDiv(dueNs + tickNs - 1, tickNs) * tickNs, timersSet++, action);
        timers.add(timer);
        return timer;
    }

    /** Moves time to the next timer up to a limit, and fires all that are due then; false if there is none. */
    private boolean fireNext(long untilNs) {
        synchronized (this) {
            VirtualTimer next = timers.peek();
            if (next == null || next.fireNs > untilNs) {
                return false;
            }
            nowNs = Math.max(nowNs, next.fireNs);
        }
        for (VirtualTimer due = nextDue(); due != null; due = nextDue()) {
            inTimer = true;
            try {
                due.action.run();
            } finally {
                inTimer = false;
            }
        }
        return true;
    }

    private synchronized @Nullable VirtualTimer nextDue() {
        VirtualTimer next = timers.peek();
        return next == null || next.fireNs > nowNs ? null : timers.poll();
    }

    // ---- taking turns ---------------------------------------------------------------------------------------------

    private synchronized @Nullable VirtualTask nextRunnable() {
        return runnable.poll();
    }

    /** Hands the CPU to a task and waits until it gives it back. */
    private void run(VirtualTask task) {
        task.turn.release();
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    if (!back.tryAcquire(STUCK_SECONDS, TimeUnit.SECONDS)) {
                        throw stuck(task);
                    }
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        Throwable failure = task.failure();
        if (task.isDone() && failure != null) {
            throw new IllegalStateException("task " + task.name() + " failed: " + failure, failure);
        }
    }

    private static IllegalStateException stuck(VirtualTask task) {
        IllegalStateException stuck =
                new IllegalStateException(task + " neither sleeps through the runtime's parking nor" + " ends after "
                        + STUCK_SECONDS + " s; where it is follows");
        stuck.setStackTrace(task.stack());
        return stuck;
    }

    void onEnded() {
        back.release();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isParked(VirtualTask task) {
        return task.parked;
    }

    /** Makes a sleeping task runnable; a permit stays for one that does not sleep. */
    synchronized void wake(VirtualTask task, boolean permit) {
        task.permit |= permit;
        if (task.parked) {
            task.parked = false;
            VirtualTimer timeout = task.timeout;
            if (timeout != null) {
                timers.remove(timeout);
                task.timeout = null;
            }
            runnable.add(task);
        }
    }

    private void parkTask(VirtualTask task, Object blocker, long timeoutNs) {
        synchronized (this) {
            if (closed) {
                throw new Closed();
            }
            if (task.permit || Thread.currentThread().isInterrupted() || timeoutNs <= 0) {
                task.permit = false;
                return;
            }
            task.parked = true;
            if (timeoutNs != Long.MAX_VALUE) {
                task.timeout = setTimer(timeoutNs, () -> wake(task, false));
            }
        }
        task.block(blocker);
        back.release();
        task.turn.acquireUninterruptibly();
        task.block(null);
        synchronized (this) {
            task.permit = false;
            if (closed) {
                throw new Closed();
            }
        }
    }

    /** The driver sleeps: everybody else runs, and time passes, until it is woken. */
    private void parkDriver(Object blocker, long timeoutNs) {
        requireDriver("a wait for " + blocker);
        long untilNs = timeoutNs > Long.MAX_VALUE - nowNs() ? Long.MAX_VALUE : nowNs() + timeoutNs;
        while (!takeDriverPermit() && !Thread.currentThread().isInterrupted() && nowNs() < untilNs) {
            VirtualTask task = nextRunnable();
            if (task != null) {
                run(task);
            } else if (!fireNext(untilNs)) {
                if (untilNs == Long.MAX_VALUE) {
                    throw new IllegalStateException("the wait for " + blocker
                            + " would never end: no task can run and no" + " timer is set; asleep are " + live());
                }
                synchronized (this) {
                    nowNs = Math.floorDiv(untilNs + tickNs - 1, tickNs) * tickNs;
                }
            }
        }
    }

    private synchronized boolean takeDriverPermit() {
        boolean had = driverPermit;
        driverPermit = false;
        return had;
    }

    private void requireDriver(String what) {
        if (VirtualTask.current() != null) {
            throw new IllegalStateException(what + " is for the thread that drives the virtual CPU, not for its tasks");
        }
        if (inTimer) {
            throw new IllegalStateException(what + " inside a timer, which must not sleep");
        }
    }

    /** Ends the tasks that are left; those that sleep wake with an error that ends them. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (VirtualTask task : live()) {
            task.turn.release();
            try {
                if (!back.tryAcquire(STUCK_SECONDS, TimeUnit.SECONDS)) {
                    throw stuck(task);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the tasks' threads are daemons, and end by themselves
                return;
            }
        }
    }

    /** Parks tasks by handing the CPU on. */
    private final class TaskParking implements Parking {
        @Override
        public void park(Object blocker) {
            parkNanos(blocker, Long.MAX_VALUE);
        }

        @Override
        public void parkNanos(Object blocker, long timeoutNs) {
            VirtualTask task = VirtualTask.current();
            if (task != null && task.isOf(VirtualCpu.this)) {
                parkTask(task, blocker, timeoutNs);
            } else {
                parkDriver(blocker, timeoutNs);
            }
        }

        @Override
        public void unpark(Thread thread) {
            VirtualTask task = VirtualTask.of(thread);
            if (task != null && task.isOf(VirtualCpu.this)) {
                wake(task, true);
            } else {
                synchronized (VirtualCpu.this) {
                    driverPermit = true;
                }
            }
        }
    }
}
