package org.dmafence.replay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.agrona.collections.Long2ObjectHashMap;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.EntityHandle;
import org.dmafence.actors.EntitySpec;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.JobHandle;
import org.dmafence.actors.JobSpec;
import org.dmafence.actors.SchedulerHandle;
import org.dmafence.actors.SchedulerSpec;
import org.dmafence.actors.SubmitRefusedException;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceJob;
import org.dmafence.sched.SchedulerFence;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerPriority;
import org.dmafence.sched.SchedulerTraceListener;
import org.jspecify.annotations.Nullable;

/** A driver, loaded from its jar, with a scheduler actor and an engine actor for each ring of the trace. */
public final class ActorPipeline implements Pipeline {
    /** Before Linux 6.17 traces don't name the device. */
    private static final String UNNAMED_DEVICE = "card0";

    private static final int DEFAULT_DEPTH = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FenceSubsystem subsystem;
    private boolean hung;
    private final DriverHandle driver;
    private final String issuer;
    private final TraceScan scan;
    private final SchedulerPolicy policy;
    private final @Nullable SchedulerTraceListener trace;

    /**
     * A pipeline without rings.
     *
     * @param issuer the ops table of the driver that rings issue fences with
     * @param scan of the trace: how many jobs each ring takes at a time, and how many it is ever given
     * @param policy of every scheduler
     * @param trace who gets the schedulers' events
     */
    public ActorPipeline(
            FenceSubsystem subsystem,
            DriverHandle driver,
            String issuer,
            TraceScan scan,
            SchedulerPolicy policy,
            @Nullable SchedulerTraceListener trace) {
        this.subsystem = subsystem;
        this.driver = driver;
        this.issuer = issuer;
        this.scan = scan;
        this.policy = policy;
        this.trace = trace;
    }

    @Override
    public FenceRuntime runtime() {
        return subsystem.runtime();
    }

    @Override
    public Lane open(RingId ring) {
        int credits = scan.depths().getOrDefault(ring, DEFAULT_DEPTH);
        int slots = Integer.highestOneBit(Math.max(1, credits * 2 - 1));
        String device = ring.device().isEmpty() ? UNNAMED_DEVICE : ring.device();
        RingSpec spec = new RingSpec(device, ring.name(), issuer, slots);
        SchedulerSpec scheduler = SchedulerSpec.of(spec)
                .withCredits(credits)
                .withPolicy(policy)
                .withMaxUnfinishedJobs(places(scan.submitted().getOrDefault(ring, 0L)));
        if (trace != null) {
            scheduler = scheduler.tracedBy(trace);
        }
        return new ActorLane(join(subsystem.openScheduler(driver, scheduler)));
    }

    /**
     * Each place costs memory whether it is taken or not. How many jobs were unfinished at a time in the trace is not
     * enough: here a job may have to wait for one that the trace never completes, and the next ones behind it.
     */
    private static int places(long jobs) {
        boolean few = jobs <= ReplayLimits.DEFAULT.jobsInFlight();
        return few ? (int) Math.max(1, jobs) : SchedulerSpec.AS_CONFIGURED;
    }

    @Override
    public void settle() throws InterruptedException {
        // A driver that hangs is waited for once: its job does not end, and that is what the report says.
        hung = !subsystem.quiesce(hung ? Duration.ZERO : PATIENCE);
    }

    private static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private final class ActorLane implements Lane {
        private final SchedulerHandle scheduler;
        private final Long2ObjectHashMap<EntityHandle> entities = new Long2ObjectHashMap<>();

        ActorLane(SchedulerHandle scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public @Nullable Submission submit(TraceJob job, List<DmaFence> dependencies) {
            JobSpec spec = new JobSpec(RingJob.external(job.key()), 1, dependencies, JobSpec.NO_DEADLINE);
            try {
                EntityHandle entity = entities.computeIfAbsent(job.entity(), id -> open(job));
                SchedulerPriority priority = JobPriority.of(job);
                if (entity.priority() != priority) {
                    SchedulerPriority unused = join(entity.setPriority(priority));
                }
                return new ActorJob(subsystem.submit(entity, spec));
            } catch (SubmitRefusedException e) {
                if (e.reason() == SubmitRefusedException.Reason.SCHEDULER_CLOSED) {
                    return null; // the driver threw in its engine, and was reported
                }
                throw e;
            }
        }

        private EntityHandle open(TraceJob job) {
            EntitySpec spec = EntitySpec.of("entity " + Long.toUnsignedString(job.entity()))
                    .withPriority(JobPriority.of(job))
                    .withClientId(Math.max(0, job.clientId()));
            return subsystem.openEntity(scheduler, spec);
        }

        @Override
        public void complete(long jobKey, @Nullable FenceError error) {
            // Awaited by settle, and by whoever waits for the job's end.
            CompletionStage<Boolean> unused = scheduler.engine().complete(jobKey, error);
        }
    }

    private record ActorJob(JobHandle handle) implements Submission {
        @Override
        public DmaFence scheduled() {
            return handle.scheduled();
        }

        @Override
        public DmaFence finished() {
            return handle.finished();
        }

        @Override
        public @Nullable DmaFence hardware() {
            SchedulerFence pair = SchedulerFence.of(handle.finished());
            return pair == null ? null : pair.parent();
        }

        @Override
        public void release() {
            handle.release();
        }
    }
}
