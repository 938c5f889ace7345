package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler whose every hand-over the test does: mailbox, engine, hardware and clock stand still until they are told.
 */
final class KillBench implements SchedulerPort, HardwareRing {
    static final long TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(10);

    final FenceRuntime runtime;
    final GpuScheduler scheduler;
    final ArrayDeque<SchedulerEvent> mailbox = new ArrayDeque<>();

    /** What the engine has been given and has not taken. */
    final ArrayDeque<SchedulerJob> handed = new ArrayDeque<>();

    /** Unsignalled fences of the hardware, by job. */
    final Map<Long, DmaFence> flying = new LinkedHashMap<>();

    final List<JobTimeout> asked = new ArrayList<>();
    final List<SchedulerJob> jobs = new ArrayList<>();
    final Map<SchedulerJob, Integer> frees = new HashMap<>();
    final Map<SchedulerJob, Integer> ends = new HashMap<>();
    final List<ForeignFence> foreign = new ArrayList<>();
    long nowNs = 1;
    Runnable duringSubmit = () -> {};
    boolean cancels;

    /** Whether the hardware makes fences with the callback on them. */
    boolean arming;

    /** Whether every way out of the scheduler that may not fail throws. */
    boolean throwing;

    private final FenceContext hardware;
    private long timerNs = Long.MAX_VALUE;
    private long ids;
    private long seqno;

    record ForeignFence(FenceContext issuer, DmaFence fence) {}

    KillBench(SchedulerPolicy policy, int credits) {
        runtime = FenceRuntime.builder()
                .clock(() -> nowNs)
                .reporter((kind, message, cause) -> {})
                .build();
        hardware = FenceContext.builder(runtime).build();
        scheduler = GpuScheduler.builder(runtime, "dev", "ring", this)
                .policy(policy)
                .creditLimit(credits)
                .timeout(TIMEOUT_NS, TimeUnit.NANOSECONDS)
                .build();
    }

    SchedulerJob make(SchedulerEntity entity, DmaFence... dependencies) {
        SchedulerJob job = entity.newJob(RingJob.external(++ids), 1);
        for (DmaFence dependency : dependencies) {
            job.addDependency(dependency);
        }
        return job;
    }

    /** Arms a job, and counts its ends from then on. */
    SchedulerJob arm(SchedulerJob job) {
        nowNs++;
        job.arm();
        job.finished().retain();
        job.finished().addCallback(FenceCallback.of(fence -> ends.merge(job, 1, Integer::sum)));
        jobs.add(job);
        return job;
    }

    SchedulerJob push(SchedulerEntity entity, DmaFence... dependencies) {
        SchedulerJob job = arm(make(entity, dependencies));
        post(job);
        return job;
    }

    DmaFence foreignFence() {
        FenceContext issuer = FenceContext.builder(runtime).build();
        DmaFence fence = issuer.newFence(new SchedulerRig.Foreign(), 1);
        foreign.add(new ForeignFence(issuer, fence));
        return fence;
    }

    // ---- moving on --------------------------------------------------------------------------------------------------

    /** One event, or else one piece of work; false if there was neither. */
    boolean hostStep() {
        SchedulerEvent event = mailbox.poll();
        if (event == null) {
            return scheduler.runWork();
        }
        try {
            scheduler.handle(event);
        } catch (SchedulerException e) {
            assertThat(e.error()).isIn(FenceError.ESRCH, FenceError.ECANCELED);
        }
        return true;
    }

    void host() {
        while (hostStep()) {}
        assertNobodyWasForgotten();
    }

    /** With nothing on the hardware there is no end that would wake the scheduler: whoever can run must have run. */
    private void assertNobodyWasForgotten() {
        if (!scheduler.isStopped() && !scheduler.isTornDown() && scheduler.usedCredits() == 0) {
            assertThat(scheduler.core().queues.firstReady())
                    .as("who could run on idle hardware")
                    .isNull();
        }
    }

    void engine() {
        for (SchedulerJob job = handed.poll(); job != null; job = handed.poll()) {
            job.runOn(this);
        }
    }

    void signalHardware(long id, @Nullable FenceError error) {
        DmaFence fence = flying.remove(id);
        if (fence != null) {
            if (error != null) {
                hardware.setError(fence, error);
            }
            hardware.signal(fence);
        }
    }

    void hardwareDies(FenceError error) {
        for (long id : List.copyOf(flying.keySet())) {
            signalHardware(id, error);
        }
    }

    void engineDies(FenceError error) {
        for (SchedulerJob job = handed.poll(); job != null; job = handed.poll()) {
            job.fail(error);
        }
        hardwareDies(error);
    }

    void signalForeign(@Nullable FenceError error) {
        for (ForeignFence each : foreign) {
            if (!each.fence.isSignaled()) {
                if (error != null) {
                    each.issuer.setError(each.fence, error);
                }
                each.issuer.signal(each.fence);
            }
        }
    }

    void timePasses(long ns) {
        nowNs += ns;
        if (timerNs <= nowNs) {
            timerNs = Long.MAX_VALUE;
            scheduler.onTimer();
        }
    }

    /** Lets everything run until nothing can any more; what the hardware still has then fails. */
    void settle() {
        signalForeign(null);
        for (int i = 0; i < 4 * jobs.size() + 8; i++) {
            host();
            engine();
            if (scheduler.isStopped() && !scheduler.isTornDown()) {
                scheduler.recovery().start(FenceError.EIO);
            }
            asked.forEach(JobTimeout::giveUp);
            asked.clear();
            hardwareDies(FenceError.EIO);
            host();
        }
    }

    void assertNothingLost(String what) {
        for (SchedulerJob job : jobs) {
            assertThat(ends).as("%s: ends of %s", what, job).containsEntry(job, 1);
            assertThat(frees).as("%s: frees of %s", what, job).containsEntry(job, 1);
            assertThat(job.scheduled().isSignaled())
                    .as("%s: %s scheduled", what, job)
                    .isTrue();
        }
        assertThat(scheduler.usedCredits()).as("%s: credits", what).isZero();
        assertThat(scheduler.pendingJobs()).as("%s: pending", what).isEmpty();
        for (ForeignFence each : foreign) {
            assertThat(each.fence.references())
                    .as("%s: references to a dependency", what)
                    .isEqualTo(1);
        }
    }

    // ---- the port and the hardware ----------------------------------------------------------------------------------

    @Override
    public void post(SchedulerEvent event) {
        mailbox.add(event);
    }

    @Override
    public void run(SchedulerJob job) {
        handed.add(job);
    }

    @Override
    public void freed(SchedulerJob job) {
        frees.merge(job, 1, Integer::sum);
        maybeThrow();
    }

    private void maybeThrow() {
        if (throwing) {
            throw new IllegalStateException("a port that throws");
        }
    }

    @Override
    public void workQueued() {
        maybeThrow();
    }

    @Override
    public void timer(long atNs) {
        timerNs = atNs;
        maybeThrow();
    }

    @Override
    public void timedOut(JobTimeout timeout) {
        asked.add(timeout);
    }

    @Override
    public boolean canCancel() {
        return cancels;
    }

    @Override
    public void cancel(SchedulerJob job) {
        signalHardware(job.work().id(), FenceError.ECANCELED);
        maybeThrow();
    }

    @Override
    public DmaFence submit(RingJob work) {
        duringSubmit.run();
        DmaFence fence = hardware.newFence(new SchedulerRig.Foreign(), ++seqno);
        flying.put(work.id(), fence);
        return fence.retain();
    }

    @Override
    public boolean arms() {
        return arming;
    }

    @Override
    public DmaFence submit(RingJob work, FenceCallback whenSignaled) {
        DmaFence fence = hardware.newArmedFence(new SchedulerRig.Foreign(), ++seqno, whenSignaled);
        flying.put(work.id(), fence);
        duringSubmit.run(); // whoever dies finds the fence, and the engine does not have it
        return fence;
    }

    @Override
    public RingSpec spec() {
        return new RingSpec("dev", "ring", "job", 64);
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
    public void kill(FenceError error) {
        hardwareDies(error);
    }

    @Override
    public int inFlight() {
        return flying.size();
    }
}
