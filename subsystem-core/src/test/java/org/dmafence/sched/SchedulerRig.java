package org.dmafence.sched;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/** A scheduler with a ring of its own, run by the test: nothing happens but by {@link #step}. */
class SchedulerRig implements SchedulerPort, HardwareRing {
    /** Names of fences that no scheduler made. */
    static final class Foreign extends FenceOps {
        final List<Long> deadlines = new ArrayList<>();

        Foreign() {
            super(Op.SET_DEADLINE);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "foreign";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "foreign-ring";
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            deadlines.add(deadlineNs);
        }
    }

    long nowNs = 1_000;
    final List<String> reports = new ArrayList<>();
    final FenceRuntime runtime;
    final GpuScheduler scheduler;
    final ArrayDeque<SchedulerEvent> events = new ArrayDeque<>();
    final List<SchedulerJob> ran = new ArrayList<>();
    final List<SchedulerJob> freed = new ArrayList<>();
    final Foreign hardwareOps = new Foreign();
    final FenceContext hardware;

    /** What the ring throws instead of taking the next job. */
    @Nullable RuntimeException refusal;

    /** Whether the ring says that jobs are done when it gets them. */
    boolean instant;

    /** Whether the ring makes fences with the callback on them. */
    boolean arming;

    /** Done with a fence that was made with its callback, before the engine has it. */
    Consumer<DmaFence> beforeItIsHad = fence -> {};

    private long seqno;
    private final List<DmaFence> flying = new ArrayList<>();

    SchedulerRig(int credits, @Nullable SchedulerTraceListener trace) {
        this(credits, trace, null);
    }

    SchedulerRig(int credits, long timeoutNs) {
        this(credits, timeoutNs, null, null);
    }

    SchedulerRig(int credits, @Nullable SchedulerTraceListener trace, @Nullable FenceRuntime shared) {
        this(credits, Long.MAX_VALUE, trace, shared);
    }

    private SchedulerRig(
            int credits, long timeoutNs, @Nullable SchedulerTraceListener trace, @Nullable FenceRuntime shared) {
        runtime = shared != null
                ? shared
                : FenceRuntime.builder()
                        .clock(() -> nowNs)
                        .reporter((kind, message, cause) -> reports.add(kind + ": " + message))
                        .build();
        hardware = FenceContext.builder(runtime).name("hardware").build();
        GpuSchedulerBuilder builder = GpuScheduler.builder(runtime, "dev", "gfx", this)
                .creditLimit(credits)
                .timeout(timeoutNs, TimeUnit.NANOSECONDS);
        if (trace != null) {
            builder.trace(trace);
        }
        scheduler = builder.build();
    }

    SchedulerJob push(SchedulerEntity entity, long id, DmaFence... dependencies) {
        return pushCosting(entity, id, 1, dependencies);
    }

    SchedulerJob pushCosting(SchedulerEntity entity, long id, int credits, DmaFence... dependencies) {
        SchedulerJob job = entity.newJob(RingJob.external(id), credits);
        for (DmaFence dependency : dependencies) {
            job.addDependency(dependency);
        }
        nowNs++;
        job.arm();
        job.finished().retain();
        job.scheduled().retain();
        scheduler.push(job);
        return job;
    }

    /** A fence of somebody else's, with the end that signals it. */
    record ForeignFence(FenceContext issuer, DmaFence fence) {
        void signal() {
            issuer.signal(fence);
        }
    }

    ForeignFence foreign() {
        FenceContext issuer = FenceContext.builder(runtime).name("foreign").build();
        return new ForeignFence(issuer, issuer.newFence(new Foreign(), 1));
    }

    /** Works off events and runs what may run, until nothing happens any more. */
    void step() {
        do {
            for (SchedulerEvent event = events.poll(); event != null; event = events.poll()) {
                scheduler.handle(event);
            }
        } while (scheduler.runReady() > 0 || !events.isEmpty());
    }

    /** Ids of the jobs that the ring was given, in order. */
    List<Long> ranIds() {
        return ran.stream().map(job -> job.work().id()).toList();
    }

    List<Long> freedIds() {
        return freed.stream().map(job -> job.work().id()).toList();
    }

    /** The hardware fence of the n-th job that ran, from 0. */
    DmaFence flying(int index) {
        return flying.get(index);
    }

    void finish(int index, @Nullable FenceError error) {
        if (error == null) {
            hardware.signal(flying.get(index));
        } else {
            hardware.signal(flying.get(index), error);
        }
    }

    @Override
    public void post(SchedulerEvent event) {
        events.add(event);
    }

    @Override
    public void run(SchedulerJob job) {
        ran.add(job);
        job.runOn(this);
    }

    @Override
    public void freed(SchedulerJob job) {
        freed.add(job);
    }

    @Override
    public RingSpec spec() {
        return new RingSpec("dev", "gfx", "job", 64);
    }

    @Override
    public @Nullable DmaFence submit(RingJob job) {
        if (refusal != null) {
            throw refusal;
        }
        if (instant) {
            return null;
        }
        DmaFence fence = hardware.newFence(hardwareOps, ++seqno);
        flying.add(fence.retain());
        return fence;
    }

    @Override
    public boolean arms() {
        return arming;
    }

    @Override
    public @Nullable DmaFence submit(RingJob job, FenceCallback whenSignaled) {
        if (refusal != null) {
            throw refusal;
        }
        if (instant) {
            return null;
        }
        DmaFence fence = hardware.newArmedFence(hardwareOps, ++seqno, whenSignaled);
        flying.add(fence);
        beforeItIsHad.accept(fence);
        return fence;
    }

    @Override
    public long advance(long timeNs) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        return false;
    }

    @Override
    public void kill(FenceError error) {}

    @Override
    public int inFlight() {
        return flying.size();
    }
}
