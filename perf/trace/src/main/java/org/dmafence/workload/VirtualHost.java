package org.dmafence.workload;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.JobTimeout;
import org.dmafence.sched.SchedulerEvent;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPort;
import org.dmafence.testkit.VirtualCpu;
import org.jspecify.annotations.Nullable;

/**
 * The host of a scheduler, and the engine and the hardware behind its ring, under virtual time: does whatever is to be
 * done now, then moves the clock to what comes next. The hardware works on one job after the other and tells the driver
 * when each is done. One thread uses it.
 *
 * <p>At one instant the hardware comes first, then the scheduler, then the clients: waking a process takes longer than
 * the scheduler's workers do.
 */
final class VirtualHost implements SchedulerPort {
    /** Something that a client is to do. */
    private record Alarm(long atNs, long order, Runnable action) {}

    /** A job that the ring has. */
    private record Running(SchedulerJob job, long durationNs) {}

    private static final long NEVER = Long.MAX_VALUE;

    private final VirtualCpu cpu;
    private final HardwareRing ring;
    private final ToLongFunction<SchedulerJob> ran;
    private final Consumer<JobTimeout> timedOut;
    private final ArrayDeque<SchedulerEvent> events = new ArrayDeque<>();
    private final ArrayDeque<Running> running = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::atNs).thenComparingLong(Alarm::order));
    private @Nullable GpuScheduler scheduler;
    private long alarmsSet;
    private long ringDueNs = NEVER;
    private long jobDueNs = NEVER;
    private long timerDueNs = NEVER;

    /**
     * @param ran told of each job just before the ring gets it; answers how long the hardware works on it, or
     *     {@link RingJob#HANG}
     * @param timedOut told of each timeout before the driver deals with it
     */
    VirtualHost(VirtualCpu cpu, HardwareRing ring, ToLongFunction<SchedulerJob> ran, Consumer<JobTimeout> timedOut) {
        this.cpu = cpu;
        this.ring = ring;
        this.ran = ran;
        this.timedOut = timedOut;
    }

    /** Names the scheduler whose port this is. */
    void connect(GpuScheduler hosted) {
        scheduler = hosted;
    }

    long nowNs() {
        return cpu.clock().nanoTime();
    }

    /** Has a client do something at a time. */
    void at(long atNs, Runnable action) {
        alarms.add(new Alarm(Math.max(atNs, nowNs()), alarmsSet++, action));
    }

    /** Forgets what clients were to do. */
    void dismissClients() {
        alarms.clear();
    }

    /** Lets everything happen up to a time. */
    void runUntil(long endNs) {
        settle();
        for (long next = nextNs(); next < endNs; next = nextNs()) {
            runAt(next);
        }
        moveTo(endNs);
    }

    /** Lets everything happen until there is nothing more to do, or nothing can happen any more. */
    void runUntilIdle(BooleanSupplier done) {
        settle();
        for (long next = nextNs(); next != NEVER && !done.getAsBoolean(); next = nextNs()) {
            runAt(next);
        }
    }

    private long nextNs() {
        Alarm alarm = alarms.peek();
        return Math.min(Math.min(ringDueNs, jobDueNs), Math.min(timerDueNs, alarm == null ? NEVER : alarm.atNs));
    }

    private void runAt(long timeNs) {
        moveTo(timeNs);
        settle(); // first, because a job that ends just now is not late
        if (timerDueNs <= nowNs()) {
            timerDueNs = NEVER;
            hosted().onTimer();
            settle();
        }
    }

    private void moveTo(long timeNs) {
        cpu.advanceNs(Math.max(0, timeNs - nowNs()));
    }

    private void settle() {
        do {
            do {
                hardware();
                work();
            } while (!events.isEmpty() || jobDueNs <= nowNs() || ringDueNs <= nowNs());
        } while (runClient());
    }

    /** Ends the jobs whose time has come, and runs the driver's own timers. */
    private void hardware() {
        while (jobDueNs <= nowNs()) {
            end(running.getFirst().job, null);
        }
        ringDueNs = ring.advance(nowNs());
    }

    /** The hardware is done with the first job that it has, and goes on with the next. */
    private void end(SchedulerJob job, @Nullable FenceError error) {
        running.removeIf(taken -> taken.job == job);
        begin();
        boolean unused = ring.complete(job.work().id(), error);
    }

    private void begin() {
        Running next = running.peekFirst();
        jobDueNs = next == null || next.durationNs == RingJob.HANG ? NEVER : nowNs() + next.durationNs;
    }

    private void work() {
        do {
            for (SchedulerEvent event = events.poll(); event != null; event = events.poll()) {
                hosted().handle(event);
            }
        } while (hosted().runWork() || !events.isEmpty());
    }

    private boolean runClient() {
        Alarm next = alarms.peek();
        if (next == null || next.atNs > nowNs()) {
            return false;
        }
        alarms.remove();
        next.action.run();
        return true;
    }

    private GpuScheduler hosted() {
        if (scheduler == null) {
            throw new IllegalStateException("the host of " + ring + " has no scheduler; connect one first");
        }
        return scheduler;
    }

    // ---- the scheduler's way out --------------------------------------------------------------------------------

    @Override
    public void post(SchedulerEvent event) {
        events.add(event);
    }

    @Override
    public void run(SchedulerJob job) {
        long durationNs = ran.applyAsLong(job);
        job.runOn(ring);
        if (!job.isEnded()) { // otherwise the driver did not take it
            running.addLast(new Running(job, durationNs));
            if (running.size() == 1) {
                begin();
            }
        }
    }

    @Override
    public void freed(SchedulerJob job) {}

    @Override
    public void timer(long atNs) {
        timerDueNs = atNs;
    }

    /** The driver skips the job that hangs, and the ring goes on behind it. */
    @Override
    public void timedOut(JobTimeout timeout) {
        timedOut.accept(timeout);
        end(timeout.job(), FenceError.ETIME);
        timeout.answer(JobTimeout.Answer.RESET);
    }
}
