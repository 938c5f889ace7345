package org.dmafence.ftrace;

import org.dmafence.ftrace.TraceEvent.AmdSchedProcessJob;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmRunJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJob;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobAddDep;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobQueue;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobRun;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobUnschedulable;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobWaitDep;
import org.dmafence.ftrace.TraceEvent.DrmSchedProcessJob;
import org.dmafence.ftrace.TraceEvent.FenceWaitsOn;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceEvent.SyncTimeline;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a trace that has {@code gpu_scheduler} events, of either dialect, or those of drivers
 * ({@link DriverJobs}).
 *
 * <p>Since 6.17 all lines of a job name its finished fence. Before, they name its pointer, which the kernel hashes and
 * reuses; {@link ArmedFences} and {@code drm_sched_job_wait_dep} relate pointers to identities.
 */
final class SchedulerStream implements EventSink {
    private final StreamState state;
    private final ArmedFences armed = new ArmedFences();
    private final JobNumbers numbers = new JobNumbers();
    private final DriverJobs drivers;
    private final DependencyLinks dependencies;
    private final boolean scheduled;

    /**
     * @param scheduled whether jobs of the scheduler are told of by its own events, so that drivers' tell nothing new
     */
    SchedulerStream(StreamState state, boolean scheduled) {
        this.state = state;
        this.scheduled = scheduled;
        drivers = new DriverJobs(state);
        dependencies = new DependencyLinks(state);
    }

    boolean scheduled() {
        return scheduled;
    }

    @Override
    public void accept(TraceEvent event) {
        if (event instanceof DmaFence fence) {
            fence(fence);
        } else if (event instanceof DrmSchedJob e) {
            submitted(e);
        } else if (event instanceof DrmRunJob e) {
            ran(e);
        } else if (event instanceof DrmSchedProcessJob e) {
            done(e);
        } else if (event instanceof AmdSchedProcessJob e) {
            processed(e);
        } else if (event instanceof FenceWaitsOn e) {
            dependencies.add(e);
        } else if (event instanceof DrmSchedJobWaitDep e) {
            waitsForDependency(e);
        } else if (event instanceof DrmSchedJobQueue e) {
            submitted(e);
        } else if (event instanceof DrmSchedJobRun e) {
            ran(e);
        } else if (event instanceof DrmSchedJobDone e) {
            done(e);
        } else if (event instanceof DrmSchedJobAddDep e) {
            depends(e.stamp(), e.context(), e.seqno(), e.depContext(), e.depSeqno());
        } else if (event instanceof DrmSchedJobUnschedulable e) {
            depends(e.stamp(), e.context(), e.seqno(), e.depContext(), e.depSeqno());
        } else if (event instanceof DriverJob e) {
            if (!scheduled || !e.family().onScheduler()) {
                drivers.accept(e);
            }
        } else if (!(event instanceof SyncTimeline || event instanceof CpuEvent)) {
            throw new IllegalStateException("event without a handler: " + event);
        }
    }

    @Override
    public void end() {
        for (Job job : state.steps.submissions()) {
            job.resolved = true;
        }
    }

    // Before 6.17

    private void submitted(DrmSchedJob e) {
        state.dialects.add(Dialect.BEFORE_6_17);
        Job previous = state.jobs.byPointer(e.fence());
        if (previous != null) {
            state.supersede(e.stamp(), previous);
        }
        RingId ring = state.ring(e.stamp(), new RingId("", e.ring()));
        Job job = new Job(
                state.nextKey(),
                e.stamp().timeNs(),
                ring,
                e.entity(),
                e.id(),
                -1,
                e.fence(),
                e.jobCount(),
                e.hwJobCount(),
                false);
        if (e.id() != 0 && numbers.goesBack(ring, e.id())) {
            state.warn(TraceWarning.TWO_RINGS_OF_ONE_NAME, e.stamp(), StreamState.describe(job));
        }
        ArmedFences.Claim claim = armed.claim(e.stamp().pid(), e.ring(), e.entity(), state.fences);
        if (claim != null) {
            ArmedFences.Pair pair = claim.pair();
            state.identify(e.stamp(), job, pair.context(), pair.seqno(), true);
            if (claim.guessed()) {
                state.warn(
                        TraceWarning.GUESSED_FENCE,
                        e.stamp(),
                        StreamState.describe(job) + " has fence "
                                + new FenceIdentity(e.fence(), pair.context(), pair.seqno()));
            }
        }
        state.submit(e.stamp(), job);
    }

    private void ran(DrmRunJob e) {
        state.dialects.add(Dialect.BEFORE_6_17);
        state.ring(e.stamp(), new RingId("", e.ring()));
        Job job = state.jobs.byPointer(e.fence());
        boolean sameEntity = job != null && (job.entity == e.entity() || e.entity() == 0);
        if (job == null || job.id != e.id() || !sameEntity) {
            state.warn(
                    TraceWarning.RUN_OF_UNKNOWN_JOB,
                    e.stamp(),
                    "job " + Long.toUnsignedString(e.id()) + " of ring " + e.ring());
            return;
        }
        state.run(e.stamp(), job);
    }

    private void done(DrmSchedProcessJob e) {
        done(e.stamp(), e.fence());
    }

    /** A job that nothing tells the run of is taken to have run when it was submitted. */
    private void processed(AmdSchedProcessJob e) {
        Job job = state.jobs.byPointer(e.fence());
        if (job != null && !job.ran && !job.ended()) {
            if (job.released || job.resolved) {
                state.run(e.stamp(), job);
            } else {
                state.runAtSubmission(job);
            }
        }
        done(e.stamp(), e.fence());
    }

    private void done(Stamp stamp, long pointer) {
        state.dialects.add(Dialect.BEFORE_6_17);
        Job job = state.jobs.byPointer(pointer);
        if (job == null) {
            FenceIdentity fence = new FenceIdentity(pointer, FenceIdentity.UNKNOWN, 0);
            state.warn(TraceWarning.DONE_OF_UNKNOWN_JOB, stamp, "fence " + fence);
            state.signal(stamp.timeNs(), state.fences.byPointer(pointer));
            return;
        }
        state.done(stamp, job);
    }

    private void waitsForDependency(DrmSchedJobWaitDep e) {
        state.dialects.add(Dialect.BEFORE_6_17);
        Job job = state.jobs.waiting(new RingId("", e.ring()), e.id());
        if (job == null) {
            state.warn(
                    TraceWarning.DEPENDENCY_OF_UNKNOWN_JOB,
                    e.stamp(),
                    "job " + Long.toUnsignedString(e.id()) + " of ring " + e.ring());
            return;
        }
        Job finished = finishedJob(e);
        Job scheduled = finished == null ? state.jobs.byScheduled(e.context(), e.seqno()) : null;
        dependencies.add(e.stamp(), job, finished, scheduled, e.fence(), e.context(), e.seqno());
    }

    /** The job whose finished fence a wait names, by pointer and identity; learns either from the other. */
    private @Nullable Job finishedJob(DrmSchedJobWaitDep e) {
        Job byIdentity = state.jobs.byFinished(e.context(), e.seqno());
        if (byIdentity != null && (byIdentity.fromFence || byIdentity.pointer == e.fence())) {
            return byIdentity;
        }
        if (byIdentity != null) {
            // The pair was claimed by the wrong job.
            state.jobs.forgetIdentity(byIdentity);
            byIdentity.context = FenceIdentity.UNKNOWN;
        }
        Job byPointer = state.jobs.byPointer(e.fence());
        if (byPointer == null || (byPointer.ended() && !mayBe(byPointer, e))) {
            return null;
        }
        ForeignFence known = state.fences.get(e.context(), e.seqno());
        if (known != null && !known.driver.isEmpty() && !StreamState.isSchedulers(known.driver)) {
            return null;
        }
        if (!byPointer.identified() || byPointer.context != e.context() || byPointer.seqno != e.seqno()) {
            state.identify(e.stamp(), byPointer, e.context(), e.seqno(), true);
            armed.learn(byPointer.entity, e.context());
        }
        return byPointer;
    }

    /** An ended job's pointer may have gone to another fence, unless nothing contradicts. */
    private static boolean mayBe(Job job, DrmSchedJobWaitDep e) {
        return !job.identified() || (job.context == e.context() && job.seqno == e.seqno());
    }

    // Since 6.17

    private void submitted(DrmSchedJobQueue e) {
        state.dialects.add(Dialect.SINCE_6_17);
        Job previous = state.jobs.byFinished(e.context(), e.seqno());
        if (previous != null) {
            state.supersede(e.stamp(), previous);
        }
        RingId ring = state.ring(e.stamp(), new RingId(e.dev(), e.ring()));
        Job job = new Job(
                state.nextKey(),
                e.stamp().timeNs(),
                ring,
                e.context(),
                e.seqno(),
                e.clientId(),
                0,
                e.jobCount(),
                e.hwJobCount(),
                false);
        job.priority = e.priority();
        state.identify(e.stamp(), job, e.context(), e.seqno(), true);
        state.submit(e.stamp(), job);
    }

    private void ran(DrmSchedJobRun e) {
        state.dialects.add(Dialect.SINCE_6_17);
        state.ring(e.stamp(), new RingId(e.dev(), e.ring()));
        Job job = job(e.stamp(), TraceWarning.RUN_OF_UNKNOWN_JOB, e.context(), e.seqno());
        if (job != null) {
            state.run(e.stamp(), job);
        }
    }

    private void done(DrmSchedJobDone e) {
        state.dialects.add(Dialect.SINCE_6_17);
        Job job = job(e.stamp(), TraceWarning.DONE_OF_UNKNOWN_JOB, e.context(), e.seqno());
        if (job == null) {
            state.signal(e.stamp().timeNs(), state.fences.get(e.context(), e.seqno()));
        } else {
            state.done(e.stamp(), job);
        }
    }

    private void depends(Stamp stamp, long context, long seqno, long depContext, long depSeqno) {
        state.dialects.add(Dialect.SINCE_6_17);
        Job job = job(stamp, TraceWarning.DEPENDENCY_OF_UNKNOWN_JOB, context, seqno);
        if (job != null) {
            Job finished = state.jobs.byFinished(depContext, depSeqno);
            Job scheduled = finished == null ? state.jobs.byScheduled(depContext, depSeqno) : null;
            dependencies.add(stamp, job, finished, scheduled, 0, depContext, depSeqno);
        }
    }

    private @Nullable Job job(Stamp stamp, TraceWarning otherwise, long context, long seqno) {
        Job job = state.jobs.byFinished(context, seqno);
        if (job == null) {
            state.warn(otherwise, stamp, "fence " + new FenceIdentity(0, context, seqno));
        }
        return job;
    }

    // Both

    private void fence(DmaFence e) {
        switch (e.action()) {
            case INIT -> initialised(e);
            case SIGNALED -> signaled(e);
            case DESTROY -> destroyed(e);
            case WAIT_START -> state.waiting(e, true);
            case WAIT_END -> state.waiting(e, false);
            case EMIT, ENABLE_SIGNAL -> {
                // Of no consequence to jobs.
            }
        }
    }

    private void initialised(DmaFence e) {
        Job previous = state.jobs.byFinished(e.context(), e.seqno());
        if (previous == null) {
            previous = state.jobs.byScheduled(e.context(), e.seqno());
        }
        if (previous != null) {
            state.supersede(e.stamp(), previous);
        }
        state.fences.put(new ForeignFence(0, e.context(), e.seqno(), e.driver(), e.timeline()));
        if (StreamState.isSchedulers(e.driver())) {
            armed.initialised(e.stamp().pid(), e.timeline(), e.context(), e.seqno());
        }
    }

    private void signaled(DmaFence e) {
        Job finished = state.jobs.byFinished(e.context(), e.seqno());
        if (finished != null) {
            if (finished.fromFence && (finished.ran || !finished.hasScheduledFence)) {
                if (!finished.ran) {
                    state.run(e.stamp(), finished);
                }
                state.done(e.stamp(), finished);
            } else {
                state.finishedSignaled(e.stamp(), finished);
            }
            return;
        }
        Job scheduled = state.jobs.byScheduled(e.context(), e.seqno());
        if (scheduled != null) {
            if (scheduled.fromFence && !scheduled.ran && !scheduled.ended()) {
                state.run(e.stamp(), scheduled); // its own event is not in the capture
            }
            state.scheduledSignaled(e.stamp(), scheduled);
            return;
        }
        ForeignFence fence = state.fences.get(e.context(), e.seqno());
        if (fence == null) {
            fence = new ForeignFence(0, e.context(), e.seqno(), e.driver(), e.timeline());
            state.fences.put(fence);
        }
        state.signal(e.stamp().timeNs(), fence);
    }

    private void destroyed(DmaFence e) {
        state.fences.remove(e.context(), e.seqno());
        Job job = state.jobs.byFinished(e.context(), e.seqno());
        if (job != null && job.ended()) {
            state.jobs.forget(job);
        }
    }
}
