package org.dmafence.ftrace;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmafence.ftrace.FenceRef.Finished;
import org.dmafence.ftrace.FenceRef.Scheduled;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.jspecify.annotations.Nullable;

/** What happens to jobs and fences, whatever the words of the trace: the state both kinds of streams change. */
final class StreamState {
    static final String DRM_SCHED = "drm_sched";

    private static final int MAX_DISTINCT = 1 << 20;
    private static final int MAX_RINGS = 4096;
    private static final RingId OTHER_RINGS = new RingId("", "(others)");

    final TraceLimits limits;
    final WarningLog warnings;
    final StepQueue steps;
    final JobTable jobs;
    final ForeignFences fences;
    final Set<Dialect> dialects = EnumSet.noneOf(Dialect.class);
    private final Set<RingId> rings = new LinkedHashSet<>();
    private final Set<Long> entities = new HashSet<>();
    private final Set<Long> clients = new HashSet<>();

    private long lastKey;
    private long submitted;
    private long ran;
    private long done;
    private long endedOtherwise;
    private long finishedDependencies;
    private long scheduledDependencies;
    private long foreignDependencies;
    private long foreignSignaled;
    private long waitsStarted;
    private long waitsEnded;
    private long waitsOnJobs;

    StreamState(TraceLimits limits, WarningLog warnings) {
        this.limits = limits;
        this.warnings = warnings;
        steps = new StepQueue(limits.heldSteps());
        jobs = new JobTable(limits);
        fences = new ForeignFences(limits.fences());
    }

    /** Whether fences of that driver are a scheduler's; amdgpu had one of its own before 4.16. */
    static boolean isSchedulers(String driver) {
        return driver.equals(DRM_SCHED) || driver.equals("amd_sched");
    }

    long nextKey() {
        return ++lastKey;
    }

    void warn(TraceWarning kind, Stamp stamp, String text) {
        warnings.add(kind, stamp.line(), text);
    }

    /**
     * A line mentions a ring.
     *
     * @return the same, or one for all that come when there are too many
     */
    RingId ring(Stamp stamp, RingId mentioned) {
        RingId ring = rings.size() < MAX_RINGS || rings.contains(mentioned) ? mentioned : OTHER_RINGS;
        if (rings.add(ring)) {
            steps.add(new ReplayStep.RingSeen(stamp.timeNs(), ring));
        }
        return ring;
    }

    /** A job enters its entity's queue. */
    void submit(Stamp stamp, Job job) {
        submitted++;
        if (entities.size() < MAX_DISTINCT) {
            entities.add(job.entity);
        }
        if (job.clientId >= 0 && clients.size() < MAX_DISTINCT) {
            clients.add(job.clientId);
        }
        Job forgotten = jobs.add(job);
        if (forgotten != null) {
            warn(TraceWarning.JOB_FORGOTTEN, stamp, "job " + forgotten.id + " of ring " + forgotten.ring);
            forgotten.resolved = true;
        }
        steps.addSubmission(job);
    }

    /** Gives a job its finished fence; a fence seen before under that identity was this one all along. */
    void identify(Stamp stamp, Job job, long context, long seqno, boolean hasScheduledFence) {
        jobs.identify(job, context, seqno, hasScheduledFence);
        ForeignFence finished = awaited(stamp, job, fences.remove(context, seqno));
        job.forwardFinished = finished != null ? finished : job.forwardFinished;
        if (hasScheduledFence) {
            ForeignFence scheduled = awaited(stamp, job, fences.remove(context - 1, seqno));
            job.forwardScheduled = scheduled != null ? scheduled : job.forwardScheduled;
        }
    }

    private @Nullable ForeignFence awaited(Stamp stamp, Job job, @Nullable ForeignFence fence) {
        if (fence == null || fence.key == 0 || fence.signaled) {
            return null;
        }
        warn(TraceWarning.FORWARD_DEPENDENCY, stamp, "fence " + fence.identity() + " is of job " + job.id);
        return fence;
    }

    /** The scheduler hands a job to the hardware. */
    void run(Stamp stamp, Job job) {
        if (job.ran) {
            warn(TraceWarning.RUN_TWICE, stamp, describe(job));
            return;
        }
        for (ForeignFence fence : job.foreignFences()) {
            // Signalled unseen: a job does not run before its dependencies.
            signal(stamp.timeNs(), fence);
        }
        ranAt(job, stamp.timeNs());
        if (job.doneBeforeRun) {
            done++;
            steps.add(new ReplayStep.JobDone(stamp.timeNs(), job.key));
        }
    }

    private void ranAt(Job job, long timeNs) {
        job.ran = true;
        job.resolved = true;
        ran++;
        jobs.ran(job);
        steps.add(new ReplayStep.JobRan(timeNs, job.key));
        signal(timeNs, job.forwardScheduled);
    }

    /** Lets a job whose submission is still held run right behind it. */
    void runAtSubmission(Job job) {
        job.ran = true;
        job.ranAtSubmission = true;
        job.resolved = true;
        ran++;
    }

    /** The hardware finished a job. */
    void done(Stamp stamp, Job job) {
        if (job.done || job.doneBeforeRun) {
            warn(TraceWarning.DONE_TWICE, stamp, describe(job));
            return;
        }
        if (job.finishedSignaled) {
            endedOtherwise--;
        }
        job.resolved = true;
        if (job.ran) {
            job.done = true;
            done++;
            steps.add(new ReplayStep.JobDone(stamp.timeNs(), job.key));
        } else {
            job.doneBeforeRun = true;
            warn(TraceWarning.DONE_BEFORE_RUN, stamp, describe(job));
        }
        signal(stamp.timeNs(), job.forwardFinished);
        jobs.ended(job);
    }

    /** A job's finished fence signals; usually right after its completion, but a killed entity's jobs only do this. */
    void finishedSignaled(Stamp stamp, Job job) {
        if (!job.ended()) {
            endedOtherwise++;
            steps.add(new ReplayStep.FinishedSignaled(stamp.timeNs(), job.key));
        }
        job.finishedSignaled = true;
        job.resolved = true;
        signal(stamp.timeNs(), job.forwardScheduled);
        signal(stamp.timeNs(), job.forwardFinished);
        jobs.ended(job);
    }

    /** A job's scheduled fence signals: nothing that it depends on can follow. */
    void scheduledSignaled(Stamp stamp, Job job) {
        job.resolved = true;
        signal(stamp.timeNs(), job.forwardScheduled);
    }

    /** Another job or fence takes over a name of this one. */
    void supersede(Stamp stamp, Job job) {
        if (!job.ended()) {
            warn(TraceWarning.JOB_SUPERSEDED, stamp, describe(job));
            job.superseded = true;
        }
        job.resolved = true;
        jobs.forget(job);
    }

    /** A fence signals, or must have. Steps name it until then. */
    void signal(long timeNs, @Nullable ForeignFence fence) {
        if (fence == null) {
            return;
        }
        fence.signaled = true;
        if (fence.key != 0) {
            foreignSignaled++;
            steps.add(new ReplayStep.ForeignSignaled(timeNs, fence.key));
            fence.key = 0;
        }
    }

    /** A job depends on the finished (or scheduled) fence of another, which was submitted before. */
    void dependOnJob(Job job, Job on, boolean scheduled) {
        if (job.addDependency(scheduled ? new Scheduled(on.key) : new Finished(on.key))) {
            if (scheduled) {
                scheduledDependencies++;
            } else {
                finishedDependencies++;
            }
        }
    }

    /** A job depends on a fence that is no earlier job's. */
    void dependOnForeign(Stamp stamp, Job job, ForeignFence fence) {
        if (job.dependsOn(fence)) {
            return;
        }
        if (fence.key == 0) {
            fence.key = nextKey();
        }
        foreignDependencies++;
        job.addForeign(fence);
        if (fence.signaled) {
            signal(stamp.timeNs(), fence);
        }
    }

    /** A task starts or stops waiting for a fence. */
    void waiting(DmaFence event, boolean start) {
        FenceRef fence = reference(event);
        Stamp stamp = event.stamp();
        if (start) {
            waitsStarted++;
            if (fence instanceof Finished || fence instanceof Scheduled) {
                waitsOnJobs++;
            }
            steps.add(new ReplayStep.WaitStarted(stamp.timeNs(), stamp.task(), stamp.pid(), fence));
        } else {
            waitsEnded++;
            steps.add(new ReplayStep.WaitEnded(stamp.timeNs(), stamp.task(), stamp.pid(), fence));
        }
    }

    private FenceRef reference(DmaFence event) {
        Job finished = jobs.byFinished(event.context(), event.seqno());
        if (finished != null) {
            return new Finished(finished.key);
        }
        Job scheduled = jobs.byScheduled(event.context(), event.seqno());
        if (scheduled != null) {
            return new Scheduled(scheduled.key);
        }
        ForeignFence foreign = fences.get(event.context(), event.seqno());
        if (foreign != null && foreign.key != 0) {
            return foreign.reference();
        }
        return foreign != null
                ? new FenceRef.Unrelated(foreign.identity(), foreign.driver, foreign.timeline)
                : new FenceRef.Unrelated(
                        new FenceIdentity(0, event.context(), event.seqno()), event.driver(), event.timeline());
    }

    static String describe(Job job) {
        return "job " + Long.toUnsignedString(job.id) + " of ring " + job.ring;
    }

    TraceSummary summary(String file, LineCounts lines) {
        return new TraceSummary(
                file,
                Set.copyOf(dialects),
                lines.lines(),
                lines.knownEvents(),
                lines.unknownEvents(),
                List.copyOf(rings),
                entities.size(),
                clients.size(),
                new TraceSummary.Jobs(submitted, ran, done, endedOtherwise),
                new TraceSummary.Dependencies(
                        finishedDependencies, scheduledDependencies, foreignDependencies, foreignSignaled),
                new TraceSummary.Waits(waitsStarted, waitsEnded, waitsOnJobs),
                new TraceSummary.Peaks(steps.peak(), jobs.peak(), fences.peak()),
                lines.firstNs(),
                lines.lastNs(),
                warnings.counts());
    }
}
