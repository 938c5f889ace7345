package org.dmafence.sched;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.testkit.VirtualCpu;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler with its host, driver and hardware under virtual time. Kernel counterpart: {@code mock_scheduler.c}. A
 * job with a duration ends that long after the one before it, or after its start if the hardware was idle; any other
 * when the test says so.
 */
final class MockGpu implements SchedulerPort, HardwareRing {
    /** Jobs may be pushed to any of several mocks, so they are numbered together. */
    private static final AtomicLong IDS = new AtomicLong();

    final VirtualCpu cpu;
    final GpuScheduler scheduler;
    final List<Long> ran = new ArrayList<>();
    final List<Long> freed = new ArrayList<>();
    final List<Long> timedOut = new ArrayList<>();

    /** What the driver does about a timeout; resets the job alone, as the kernel's mock does. */
    Consumer<JobTimeout> onTimeout = this::resetJob;

    /** Whether the hardware may be told to cancel what it has. */
    boolean cancels;

    private final FenceContext hardware;
    private final ArrayDeque<SchedulerEvent> events = new ArrayDeque<>();
    private final ArrayDeque<Flight> flights = new ArrayDeque<>();
    private final Map<Long, DmaFence> fences = new HashMap<>();
    private boolean stepping;
    private long seqno;
    private long busyUntilNs;

    private record Flight(RingJob work, DmaFence fence, long finishNs) {}

    private static final class Names extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "drm_mock_sched";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "drm-mock-scheduler";
        }
    }

    MockGpu(VirtualCpu cpu, Consumer<GpuSchedulerBuilder> settings) {
        this(cpu, cpu.runtime(), settings);
    }

    /** @param runtime of the CPU, with a reporter that the test listens to */
    MockGpu(VirtualCpu cpu, FenceRuntime runtime, Consumer<GpuSchedulerBuilder> settings) {
        this.cpu = cpu;
        hardware = FenceContext.builder(runtime).name("drm-mock-scheduler").build();
        GpuSchedulerBuilder builder = GpuScheduler.builder(runtime, "mock", "drm-mock-scheduler", this)
                .creditLimit(Integer.MAX_VALUE)
                .hangLimit(1);
        settings.accept(builder);
        scheduler = builder.build();
    }

    SchedulerEntity entity(SchedulerPriority priority) {
        return SchedulerEntity.builder("client", List.of(scheduler))
                .priority(priority)
                .build();
    }

    SchedulerEntity entity() {
        return entity(SchedulerPriority.NORMAL);
    }

    /**
     * Submits a job that lasts some microseconds, or until {@link #advanceSeqno}. The test has references to its
     * fences.
     */
    SchedulerJob submit(SchedulerEntity entity, long durationUs, DmaFence... dependencies) {
        RingJob work = new RingJob(
                IDS.incrementAndGet(),
                durationUs == 0 ? RingJob.EXTERNAL : TimeUnit.MICROSECONDS.toNanos(durationUs),
                null);
        SchedulerJob job = entity.newJob(work, 1);
        for (DmaFence dependency : dependencies) {
            job.addDependency(dependency);
        }
        job.arm();
        job.finished().retain();
        job.scheduled().retain();
        job.scheduler().push(job);
        return job;
    }

    /** Moves the hardware's sequence number on: ends that many jobs. */
    int advanceSeqno(int count) {
        int ended = 0;
        while (ended < count && !flights.isEmpty()) {
            end(flights.removeFirst(), null);
            ended++;
        }
        return ended;
    }

    private void end(Flight flight, @Nullable FenceError error) {
        if (error != null) {
            hardware.setError(flight.fence, error);
        }
        hardware.signal(flight.fence);
    }

    void resetJob(JobTimeout timeout) {
        endJob(timeout.job().work().id(), FenceError.ETIMEDOUT);
        timeout.answer(JobTimeout.Answer.RESET);
    }

    /** Ends a job with an error, if the hardware has it. */
    void endJob(long id, @Nullable FenceError error) {
        for (Flight flight : List.copyOf(flights)) {
            if (flight.work.id() == id) {
                flights.remove(flight);
                end(flight, error);
            }
        }
    }

    /** The hardware fence of a job's latest run. */
    DmaFence hardwareFence(SchedulerJob job) {
        return Objects.requireNonNull(fences.get(job.work().id()), "the hardware never had " + job);
    }

    void advanceMs(long ms) {
        cpu.advanceMs(ms);
    }

    // ---- the host ---------------------------------------------------------------------------------------------------

    @Override
    public void post(SchedulerEvent event) {
        events.add(event);
        wake();
    }

    @Override
    public void workQueued() {
        wake();
    }

    private void wake() {
        if (!stepping) {
            stepping = true;
            cpu.after(0, this::step);
        }
    }

    private void step() {
        do {
            for (SchedulerEvent event = events.poll(); event != null; event = events.poll()) {
                scheduler.handle(event);
            }
        } while (scheduler.runWork() || !events.isEmpty());
        stepping = false;
    }

    @Override
    public void timer(long atNs) {
        if (atNs != Long.MAX_VALUE) {
            cpu.after(atNs - cpu.clock().nanoTime(), scheduler::onTimer);
        }
    }

    // ---- the driver -------------------------------------------------------------------------------------------------

    @Override
    public void run(SchedulerJob job) {
        ran.add(job.work().id());
        job.runOn(this);
    }

    @Override
    public void freed(SchedulerJob job) {
        freed.add(job.work().id());
    }

    @Override
    public void timedOut(JobTimeout timeout) {
        timedOut.add(timeout.job().work().id());
        onTimeout.accept(timeout);
    }

    @Override
    public boolean canCancel() {
        return cancels;
    }

    @Override
    public void cancel(SchedulerJob job) {
        endJob(job.work().id(), FenceError.ECANCELED);
    }

    // ---- the hardware -----------------------------------------------------------------------------------------------

    @Override
    public DmaFence submit(RingJob work) {
        DmaFence fence = hardware.newFence(new Names(), ++seqno);
        fences.put(work.id(), fence.retain());
        long nowNs = cpu.clock().nanoTime();
        long finishNs = Long.MAX_VALUE;
        if (work.durationNs() != RingJob.EXTERNAL) {
            busyUntilNs = Math.max(busyUntilNs, nowNs) + work.durationNs();
            finishNs = busyUntilNs;
            cpu.after(finishNs - nowNs, () -> advance(cpu.clock().nanoTime()));
        }
        flights.add(new Flight(work, fence, finishNs));
        return fence;
    }

    @Override
    public long advance(long nowNs) {
        while (!flights.isEmpty() && flights.getFirst().finishNs <= nowNs) {
            end(flights.removeFirst(), null);
        }
        return Long.MAX_VALUE;
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        endJob(jobId, error);
        return true;
    }

    @Override
    public void kill(FenceError error) {
        while (!flights.isEmpty()) {
            end(flights.removeFirst(), error);
        }
    }

    @Override
    public RingSpec spec() {
        return new RingSpec("mock", "drm-mock-scheduler", "mock", 64);
    }

    @Override
    public int inFlight() {
        return flights.size();
    }
}
