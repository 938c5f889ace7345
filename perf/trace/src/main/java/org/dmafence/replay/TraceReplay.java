package org.dmafence.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.dmafence.fairness.ServiceLog;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.ftrace.FenceRef;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceJob;
import org.dmafence.replay.ReplayJob.Happened;
import org.jspecify.annotations.Nullable;

/**
 * Replays the steps of one trace on a pipeline; see the package's description for the rules.
 *
 * <p>Used by one thread: {@link #step} for each step, {@link #end} when there are no more, {@link #tally} once the
 * driver was unloaded and every job has ended.
 */
public final class TraceReplay implements AutoCloseable {
    /** Up to here a thread waits for every job; later for one in {@value #SAMPLE_EVERY}. */
    private static final long SAMPLE_ALL = 1_000;

    private static final int SAMPLE_EVERY = 64;

    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final Pipeline pipeline;
    private final TraceScan scan;
    private final Pace pace;
    private final ReplayLimits limits;
    private final Latencies latencies;
    private final Consumer<DmaFence> hardwareFences;
    private final WaiterPool waiters;
    private final ForeignFenceSource foreign;
    private final Map<RingId, LaneState> lanes = new LinkedHashMap<>();
    private final Map<Long, ReplayJob> jobs = new LinkedHashMap<>();
    private final Queue<Happened> events = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<ReplayJob> toComplete = new ArrayDeque<>();
    private final RunOrderCheck.Room uncompared;
    private final ServiceLog service;
    private final StageTimes times = new StageTimes();
    private final Patience patience = new Patience();
    private long nowNs = Long.MIN_VALUE;
    private long submitted;
    private long run;
    private long finished;
    private long failed;
    private long givenUp;
    private long spoiled;
    private long foreignLeft;
    private long waits;
    private long unrelatedWaits;
    private boolean unloaded;

    /**
     * A replay that has not begun.
     *
     * @param scan of the trace: which jobs are left out, and which it never completes
     * @param latencies where times are recorded
     * @param hardwareFences is offered each driver fence once, at the time its job runs
     */
    public TraceReplay(
            Pipeline pipeline,
            TraceScan scan,
            Pace pace,
            ReplayLimits limits,
            Latencies latencies,
            Consumer<DmaFence> hardwareFences) {
        this.pipeline = pipeline;
        this.scan = scan;
        this.pace = pace;
        this.limits = limits;
        this.latencies = latencies;
        this.hardwareFences = hardwareFences;
        waiters = new WaiterPool(latencies.signalToWake);
        foreign = new ForeignFenceSource(pipeline.runtime());
        uncompared = new RunOrderCheck.Room(limits.uncomparedRuns());
        service = new ServiceLog(limits.clients());
    }

    /** Takes one step and waits for its consequences. */
    public void step(ReplayStep step) throws InterruptedException {
        pace.await(step.timeNs());
        nowNs = Math.max(nowNs, step.timeNs()); // traces go back now and then
        if (step instanceof ReplayStep.JobSubmitted s
                && scan.leftOut().contains(s.job().key())) {
            return;
        }
        long startNs = pipeline.runtime().clock().nanoTime();
        if (patience.isOver()) {
            if (step instanceof ReplayStep.JobSubmitted s) {
                refused(s.job());
            }
            return;
        }
        take(step);
        patience.took(pipeline.runtime().clock().nanoTime() - startNs);
    }

    private void take(ReplayStep step) throws InterruptedException {
        if (step instanceof ReplayStep.RingSeen s) {
            lane(s.ring());
        } else if (step instanceof ReplayStep.JobSubmitted s) {
            submit(s.job());
        } else if (step instanceof ReplayStep.JobRan s) {
            ranInTrace(s.jobKey());
        } else if (step instanceof ReplayStep.JobDone s) {
            doneInTrace(s.jobKey());
        } else if (step instanceof ReplayStep.FinishedSignaled s) {
            signaledInTrace(s.jobKey());
        } else if (step instanceof ReplayStep.ForeignSignaled s) {
            foreign.signal(s.foreignKey());
            settle();
        } else if (step instanceof ReplayStep.WaitStarted s) {
            startWait(s);
        } else if (step instanceof ReplayStep.WaitEnded s) {
            waiters.stop(waitKey(s.pid(), s.fence()));
        }
    }

    private void submit(TraceJob trace) throws InterruptedException {
        makeRoom();
        LaneState lane = lane(trace.ring());
        List<DmaFence> dependencies = new ArrayList<>(trace.dependencies().size());
        for (FenceRef.Dependency dependency : trace.dependencies()) {
            DmaFence fence = dependency instanceof FenceRef.Foreign f ? foreign.fence(f) : resolve(dependency);
            if (fence != null) {
                dependencies.add(fence);
            }
        }
        long now = pipeline.runtime().clock().nanoTime();
        Pipeline.Submission submission = lane.lane.submit(trace, dependencies);
        if (submission == null) {
            refused(trace);
            return;
        }
        String client = ReplayJob.client(trace);
        ServiceLog.Job served = service.submitted(service.client(client, client), lane, nowNs);
        ReplayJob job = new ReplayJob(trace, lane, now, served, submission, events);
        submitted++;
        jobs.put(trace.key(), job);
        job.observe();
        settle();
    }

    /** A job that the driver can't be given has failed. */
    private void refused(TraceJob trace) {
        submitted++;
        failed++;
        spoiled += scan.unfinished().contains(trace.key()) ? 0 : 1;
    }

    /** The fence a reference stands for; null when it has signalled, or is no part of the replay. */
    private @Nullable DmaFence resolve(FenceRef reference) {
        if (reference instanceof FenceRef.Finished f) {
            ReplayJob job = jobs.get(f.jobKey());
            return job == null || job.finished ? null : job.submission.finished();
        }
        if (reference instanceof FenceRef.Scheduled s) {
            ReplayJob job = jobs.get(s.jobKey());
            return job == null || job.ran ? null : job.submission.scheduled();
        }
        return reference instanceof FenceRef.Foreign f ? foreign.pending(f.key()) : null;
    }

    private LaneState lane(RingId ring) {
        return lanes.computeIfAbsent(ring, r -> new LaneState(r, pipeline.open(r), uncompared));
    }

    private void ranInTrace(long key) {
        ReplayJob job = jobs.get(key);
        if (job != null && job.traceRun == 0) {
            job.lane.order.ranInTrace(job);
            forgetIfOver(job);
        }
    }

    private void doneInTrace(long key) throws InterruptedException {
        ReplayJob job = jobs.get(key);
        if (job == null) {
            return;
        }
        job.doneInTrace = true;
        if (job.finished) {
            forgetIfOver(job);
            return;
        }
        // Its turn has not come because the ring is full of jobs that the trace never completes: they are done before
        // it.
        while (!job.ran && !job.lane.running.isEmpty()) {
            complete(job.lane.running.getFirst());
        }
        if (job.ran) {
            complete(job);
        }
    }

    /** Its end without the word of the hardware: unless it ran, it was killed in its queue. */
    private void signaledInTrace(long key) throws InterruptedException {
        ReplayJob job = jobs.get(key);
        if (job == null || job.finished || !isHung(job)) {
            doneInTrace(key);
            return;
        }
        job.doneInTrace = true;
        if (job.ran) {
            complete(job);
        }
    }

    private void complete(ReplayJob job) throws InterruptedException {
        DmaFence fence = job.hardware;
        long ended = finished + failed;
        if (fence != null && !fence.isSignaled() && (ended < SAMPLE_ALL || ended % SAMPLE_EVERY == 0)) {
            waiters.start(job, fence);
        }
        tellHardware(job);
        settle();
        awaitEnd(job);
    }

    /** Whatever hangs in front of the job did not stop the hardware, so it was reset. */
    private void tellHardware(ReplayJob job) {
        for (ReplayJob earlier : job.lane.running) {
            if (earlier == job) {
                break;
            }
            if (isHung(earlier)) {
                job.lane.lane.complete(earlier.trace.key(), FenceError.ECANCELED);
            }
        }
        job.completedNs = pipeline.runtime().clock().nanoTime();
        job.lane.lane.complete(job.trace.key(), isHung(job) ? FenceError.ECANCELED : null);
    }

    /** Whether the trace never says that it is done, or nobody waited until it did. */
    private boolean isHung(ReplayJob job) {
        return job.givenUp || scan.unfinished().contains(job.trace.key());
    }

    /**
     * Drivers may signal later than they are told, as i915 does; a lane that lost a job once is not waited for again.
     */
    private void awaitEnd(ReplayJob job) throws InterruptedException {
        long startNs = System.nanoTime();
        while (!job.finished && !job.lane.stuck) {
            LockSupport.parkNanos(this, PAUSE_NS);
            settle();
            job.lane.stuck = System.nanoTime() - startNs > PATIENCE_NS;
        }
        if (job.lane.running.peekFirst() == job) {
            job.lane.running.removeFirst();
        }
    }

    private void startWait(ReplayStep.WaitStarted step) {
        DmaFence fence = resolve(step.fence());
        if (fence == null) {
            unrelatedWaits++;
        } else {
            waits++;
            waiters.start(waitKey(step.pid(), step.fence()), fence);
        }
    }

    private static Object waitKey(int pid, FenceRef fence) {
        return List.of(pid, fence);
    }

    // ---- what happened on the pipeline ----------------------------------------------------------------------------

    private void settle() throws InterruptedException {
        do {
            pipeline.settle();
            drain();
            ReplayJob next = toComplete.poll();
            if (next != null) {
                tellHardware(next);
            }
        } while (!events.isEmpty() || !toComplete.isEmpty());
    }

    private void drain() {
        for (Happened happened = events.poll(); happened != null; happened = events.poll()) {
            ReplayJob job = happened.job();
            switch (happened.event()) {
                case RAN -> ran(job);
                case SIGNALED -> signaled(job);
                case FINISHED -> finished(job);
            }
        }
    }

    private void ran(ReplayJob job) {
        DmaFence hardware = job.submission.hardware();
        if (hardware == null && job.submission.finished().error() != null) {
            return; // killed in its queue: its scheduled fence signals too, but nothing ran
        }
        job.ran = true;
        run++;
        job.lane.ran(job);
        service.ran(job.service, nowNs);
        Latencies.record(latencies.submitToRun, job.submission.scheduled().timestampNs() - job.submittedNs);
        if (hardware != null) {
            hardwareFences.accept(hardware);
            job.observeHardware(hardware);
        }
        if (job.doneInTrace) {
            toComplete.add(job);
        }
    }

    private void signaled(ReplayJob job) {
        DmaFence hardware = job.hardware;
        if (hardware != null) {
            job.measured = true;
            long signaledNs = hardware.timestampNs();
            Latencies.record(
                    latencies.runToSignal,
                    signaledNs - job.submission.scheduled().timestampNs());
            if (job.completedNs != ReplayJob.NEVER) {
                Latencies.record(latencies.doneToSignal, signaledNs - job.completedNs);
            }
            Latencies.record(latencies.signalToCallback, job.calledBackNs - signaledNs);
            ended(job, job.submission.scheduled().timestampNs(), signaledNs);
            letGo(job);
        }
    }

    /** Only what the trace completes too may stand beside it. */
    private void ended(ReplayJob job, long ranNs, long endedNs) {
        long beganNs = job.lane.ended(ranNs, endedNs);
        if (!isHung(job)) {
            times.queued(ranNs - job.submittedNs);
            times.ended(endedNs - ranNs, endedNs - beganNs);
        }
    }

    private void finished(ReplayJob job) {
        job.finished = true;
        job.lane.ended(job);
        service.ended(job.service, job.submission.finished().error() == null, nowNs);
        if (job.submission.finished().error() != null) {
            failed++;
            spoiled += isHung(job) ? 0 : 1;
        } else {
            finished++;
        }
        letGo(job);
        forgetIfOver(job);
    }

    /** Not after an unloading: by force it leaves references to fences whose release would run the driver's code. */
    private void letGo(ReplayJob job) {
        if (!unloaded) {
            job.releaseIfOver();
        }
    }

    /** A job that ended here is remembered until the trace is through with it too. */
    private void forgetIfOver(ReplayJob job) {
        if (job.finished && (job.doneInTrace || job.traceRun != 0)) {
            jobs.remove(job.trace.key());
        }
    }

    /**
     * Gives up the oldest jobs, which end with an error whatever the trace says of them later. They depend on older
     * ones only, so that always succeeds.
     */
    private void makeRoom() throws InterruptedException {
        while (jobs.size() >= limits.jobsInFlight()) {
            ReplayJob job = jobs.values().iterator().next();
            if (!job.finished) {
                givenUp++;
                job.givenUp = true;
                for (FenceRef.Dependency dependency : job.trace.dependencies()) {
                    if (dependency instanceof FenceRef.Foreign f) {
                        foreign.signal(f.key());
                    }
                }
                settle();
                doneInTrace(job.trace.key());
            }
            jobs.remove(job.trace.key());
        }
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    /**
     * There are no more steps: signals what the trace left of other drivers' fences. What hangs is left to unloading.
     */
    public void end() throws InterruptedException {
        foreignLeft = foreign.signalAll();
        settle();
        service.close(nowNs);
    }

    /** How the replay ended. The driver is unloaded by then, and all its jobs with it. */
    public ReplayTally tally() {
        unloaded = true;
        drain();
        lanes.values().forEach(lane -> lane.order.end());
        return new ReplayTally(
                submitted,
                run,
                finished,
                failed,
                spoiled,
                submitted - finished - failed,
                givenUp,
                foreign.created(),
                foreignLeft,
                waits,
                unrelatedWaits + waiters.skipped(),
                lanes.values().stream().map(lane -> lane.order).toList(),
                service,
                times);
    }

    /** Ends the waiting threads. */
    @Override
    public void close() {
        waiters.close();
    }
}
