package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceLock;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.JobTimeout;
import org.dmafence.sched.JobTimeout.Answer;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerEvent;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerPort;
import org.dmafence.sched.SchedulerPriority;
import org.dmafence.sched.SchedulerRecovery;
import org.dmafence.sched.SchedulerTraceListener;
import org.jspecify.annotations.Nullable;

/** A scheduler of a scenario: its host, with the kernel's workers, its driver and its hardware. */
final class MockScheduler implements SchedulerPort, HardwareRing, SchedulerTraceListener {
    /** The context of the first scheduler's hardware fences. */
    private static final int HARDWARE_CONTEXT = 900;

    private static final int ETIME = -62;
    private static final int ECANCELED = -125;

    private final World world;
    private final String name;
    private final KernelWorkers workers;
    private final FenceContext hardware;
    private final String mode;
    private final @Nullable FenceError startError;
    private final boolean prepares;
    private final boolean updatesCredits;
    private final boolean cancels;
    private final GpuScheduler scheduler;
    private final Map<SchedulerJob, MockJob> jobs = new HashMap<>();
    private boolean working;
    private boolean finished;
    private long seqno;

    MockScheduler(World world, Args args, int index) throws OracleException {
        this.world = world;
        name = args.text("sched");
        workers = KernelWorkers.of(world);
        hardware = FenceContext.builder(world.runtime())
                .lock(FenceLock.shared())
                .id(HARDWARE_CONTEXT + index)
                .build();
        mode = args.text("timedout", "nominal");
        startError = error(args.integer("start_errno", 0));
        prepares = args.flag("prepare_job");
        updatesCredits = args.flag("update_job_credits");
        cancels = args.flag("cancel_job");
        long timeoutMs = args.number("timeout", -1);
        SchedulerPolicy policy = world.find(SchedulerPolicy.class, "policy");
        scheduler = GpuScheduler.builder(world.runtime(), "mock", name, this)
                .policy(policy == null ? SchedulerPolicy.FIFO : policy)
                .priorities(args.integer("num_rqs", SchedulerPriority.COUNT))
                .creditLimit(args.integer("credit_limit", 1))
                .hangLimit(args.integer("hang_limit", 0))
                .timeout(timeoutMs == -1 ? Long.MAX_VALUE : timeoutMs, TimeUnit.MILLISECONDS)
                .trace(this)
                .build();
    }

    static @Nullable FenceError error(int errno) {
        return errno == 0 ? null : FenceError.of(errno);
    }

    boolean isFinished() {
        return finished;
    }

    String name() {
        return finished ? "unknown" : name;
    }

    GpuScheduler scheduler() {
        return scheduler;
    }

    /** Learns of a job that was armed for it. */
    void add(MockJob job) {
        jobs.put(job.job(), job);
    }

    private MockJob mock(SchedulerJob job) {
        return Objects.requireNonNull(jobs.get(job), () -> job + " was not armed for " + name);
    }

    String jobName(SchedulerJob job) {
        return mock(job).name();
    }

    /** Whether tearing it down now has the driver cancel jobs. */
    boolean cancelsPending() {
        return cancels && !scheduler.pendingJobs().isEmpty();
    }

    /** Tears the scheduler down; tells how many jobs the driver had not canceled. */
    int fini() {
        finished = true;
        int canceled = cancels ? scheduler.pendingJobs().size() : 0;
        return scheduler.tearDown(FenceError.ECANCELED) - canceled;
    }

    // ---- the host ---------------------------------------------------------------------------------------------------

    @Override
    public void post(SchedulerEvent event) {
        workers.queueOnCpu(() -> scheduler.handle(event));
    }

    @Override
    public void workQueued() {
        if (!working) {
            working = true;
            workers.queueUnbound(this::work);
        }
    }

    /** One item of an ordered queue; the next stands behind those of other queues. */
    private void work() {
        if (scheduler.runWork()) {
            workers.queueUnbound(this::work);
        } else {
            working = false;
        }
    }

    @Override
    public void timer(long atNs) {
        if (atNs != Long.MAX_VALUE) {
            long inNs = atNs - world.runtime().clock().nanoTime();
            if (inNs <= 0) {
                workers.queueOnCpu(scheduler::onTimer);
            } else {
                world.cpu().after(inNs + 1, () -> workers.queueOnCpu(scheduler::onTimer));
            }
        }
    }

    // ---- the driver -------------------------------------------------------------------------------------------------

    @Override
    public void run(SchedulerJob job) {
        MockJob mock = mock(job);
        mock.countRun();
        world.emit(World.event("run_job")
                .put("sched", name)
                .put("job", mock.name())
                .put("runs", mock.runs())
                .put("finished_error", job.finished().errno()));
        job.runOn(this);
    }

    @Override
    public void freed(SchedulerJob job) {
        world.emit(World.event("free_job")
                .put("job", jobName(job))
                .put("finished_signaled", job.finished().isSignaled() ? 1 : 0)
                .put("finished_error", job.finished().errno()));
    }

    @Override
    public @Nullable DmaFence prepare(SchedulerJob job) {
        if (!prepares) {
            return null;
        }
        DmaFence fence = mock(job).prepare();
        world.emit(World.event("prepare_job").put("job", jobName(job)).put("ret", world.name(fence)));
        return fence;
    }

    @Override
    public int credits(SchedulerJob job) {
        if (!updatesCredits) {
            return job.credits();
        }
        int credits = mock(job).credits();
        world.emit(World.event("update_job_credits").put("job", jobName(job)).put("ret", credits));
        return credits;
    }

    @Override
    public void timedOut(JobTimeout timeout) {
        SchedulerJob bad = timeout.job();
        SchedulerRecovery recovery = scheduler.recovery();
        world.emit(World.event("timedout_job").put("job", jobName(bad)).put("mode", mode));
        if (mode.startsWith("signal_")) {
            boolean unused = mock(bad).signal(ETIME);
        }
        if (mode.contains("stop_")) {
            recovery.stop(bad);
        }
        if (mode.startsWith("karma_")) {
            recovery.blame(bad);
        }
        if (mode.contains("resubmit_")) {
            recovery.resubmit();
        }
        if (mode.endsWith("_start")) {
            recovery.start(startError);
        }
        timeout.answer(
                switch (mode) {
                    case "enodev" -> Answer.ENODEV;
                    case "no_hang" -> Answer.NO_HANG;
                    case "none" -> Answer.NONE;
                    default -> Answer.RESET;
                });
        if (!mode.contains("stop_")) {
            world.noteFromHere(Note.NOT_PUT_BACK);
        }
    }

    @Override
    public boolean canCancel() {
        return cancels;
    }

    @Override
    public void cancel(SchedulerJob job) {
        MockJob mock = mock(job);
        world.emit(World.event("cancel_job").put("job", mock.name()).put("hw", world.name(mock.hardware())));
        boolean unused = mock.signal(ECANCELED);
    }

    // ---- the hardware -----------------------------------------------------------------------------------------------

    @Override
    public RingSpec spec() {
        return new RingSpec("mock", name, "mock", scheduler.creditLimit());
    }

    @Override
    public @Nullable DmaFence submit(RingJob work) {
        for (MockJob job : jobs.values()) {
            if (job.job().work().equals(work)) {
                return job.run(hardware, () -> ++seqno);
            }
        }
        throw new IllegalStateException("no job has the work " + work);
    }

    @Override
    public long advance(long nowNs) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        return false;
    }

    @Override
    public void kill(FenceError error) {
        throw new IllegalStateException("nobody kills the ring of " + name);
    }

    @Override
    public int inFlight() {
        return scheduler.pendingJobs().size();
    }

    // ---- the tracepoints --------------------------------------------------------------------------------------------

    @Override
    public void jobQueued(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        trace("drm_sched_job_queue", job, queuedJobs, hardwareCredits);
    }

    @Override
    public void jobRun(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        trace("drm_sched_job_run", job, queuedJobs, hardwareCredits);
    }

    private void trace(String point, SchedulerJob job, int queuedJobs, int hardwareCredits) {
        String client = job.clientId() == 0 ? "" : " " + job.clientId();
        trace(point + " " + jobName(job) + " " + entityName(job.entity()) + " " + name + " " + queuedJobs + " "
                + hardwareCredits + client);
    }

    @Override
    public void jobDependsOn(SchedulerJob job, DmaFence dependency) {
        trace("drm_sched_job_add_dep " + jobName(job) + " " + world.name(dependency));
    }

    @Override
    public void jobUnschedulable(SchedulerJob job, DmaFence dependency) {
        trace("drm_sched_job_unschedulable " + jobName(job) + " " + world.name(dependency));
    }

    @Override
    public void jobDone(SchedulerJob job) {
        trace("drm_sched_job_done " + jobName(job) + ".finished");
    }

    private void trace(String text) {
        world.trace(() -> text);
    }

    private static String entityName(SchedulerEntity entity) {
        return entity.client();
    }

    /** What the ring's state is called with. */
    void putState(ObjectNode result) {
        result.put("credit_count", scheduler.usedCredits());
        result.put("score", scheduler.score());
        result.put("ready", scheduler.isReady() ? 1 : 0);
        result.put("pause_submit", scheduler.isStopped() ? 1 : 0);
        result.put("free_guilty", 0);
        scheduler.pendingJobs().forEach(job -> result.withArray("pending").add(jobName(job)));
        result.withArray("pending");
    }
}
