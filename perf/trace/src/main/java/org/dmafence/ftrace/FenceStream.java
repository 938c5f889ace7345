package org.dmafence.ftrace;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.FenceWaitsOn;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a trace that has {@code dma_fence} events only. The rule:
 *
 * <ul>
 *   <li>Every fence is a job, but for containers (arrays and chains) and stubs, which do no work.
 *   <li>Its ring is its driver and timeline, its entity its context, its number its seqno.
 *   <li>It is submitted at init, runs at emit and is done when it signals. On a timeline whose fences are not emitted (few
 *       drivers still do) it runs right at its submission.
 *   <li>A pair of a scheduler's fences ({@code drm_sched}, {@code amd_sched}) of consecutive contexts, initialised in a row by one task, is one job:
 *       submitted at the first init, running when the first (scheduled) fence signals, done when the second (finished)
 *       one does. A single one is treated like any other fence.
 * </ul>
 *
 * <p>Such jobs have no dependencies but those that {@code fence_annotate_wait_on} tells of.
 */
final class FenceStream implements EventSink {
    private static final int MAX_TASKS = 1024;

    /** Whether the fences of a ring are emitted; decides how long a submission must be held. */
    private enum Emits {
        UNKNOWN,
        YES,
        NO
    }

    private final StreamState state;
    private final DependencyLinks dependencies;
    private boolean annotated;
    private final Map<RingId, Emits> emits = new HashMap<>();
    private final Map<Integer, Job> unpaired = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Job> eldest) {
            return size() > MAX_TASKS;
        }
    };

    FenceStream(StreamState state) {
        this.state = state;
        dependencies = new DependencyLinks(state);
        state.dialects.add(Dialect.FENCES_ONLY);
    }

    @Override
    public void accept(TraceEvent event) {
        if (event instanceof FenceWaitsOn e) {
            annotated = true;
            dependencies.add(e);
            return;
        }
        if (!(event instanceof DmaFence e) || doesNoWork(e.driver())) {
            return;
        }
        switch (e.action()) {
            case INIT -> initialised(e);
            case EMIT -> emitted(e);
            case SIGNALED -> signaled(e);
            case DESTROY -> destroyed(e);
            case WAIT_START -> state.waiting(e, true);
            case WAIT_END -> state.waiting(e, false);
            case ENABLE_SIGNAL -> {
                // Of no consequence to jobs.
            }
        }
    }

    private static boolean doesNoWork(String driver) {
        return driver.equals("dma_fence_array") || driver.equals("dma_fence_chain") || driver.equals("stub");
    }

    @Override
    public void end() {
        for (Job job : state.steps.submissions()) {
            if (!job.resolved && !job.ran) {
                state.runAtSubmission(job);
            }
        }
    }

    private void initialised(DmaFence e) {
        Job previous = state.jobs.byFinished(e.context(), e.seqno());
        if (previous != null) {
            state.supersede(e.stamp(), previous);
        }
        RingId ring = state.ring(e.stamp(), new RingId(e.driver(), e.timeline()));
        boolean scheduler = StreamState.isSchedulers(e.driver());
        Job scheduled = scheduler ? unpaired.remove(e.stamp().pid()) : null;
        if (scheduled != null && isPair(scheduled, ring, e)) {
            scheduled.entity = e.context();
            state.identify(e.stamp(), scheduled, e.context(), e.seqno(), true);
            scheduled.resolved = true;
            return;
        }
        Job job = new Job(state.nextKey(), e.stamp().timeNs(), ring, e.context(), e.seqno(), -1, 0, 0, 0, true);
        state.identify(e.stamp(), job, e.context(), e.seqno(), false);
        state.submit(e.stamp(), job);
        if (scheduler) {
            unpaired.put(e.stamp().pid(), job);
            return;
        }
        switch (emits.computeIfAbsent(ring, r -> Emits.UNKNOWN)) {
            case YES -> job.resolved = !annotated; // or its dependencies come before its emit
            case NO -> state.runAtSubmission(job);
            case UNKNOWN -> {
                // Held until its emit or its signal tells.
            }
        }
    }

    private static boolean isPair(Job first, RingId ring, DmaFence second) {
        return !first.released
                && !first.resolved
                && first.ring.equals(ring)
                && first.context == second.context() - 1
                && first.seqno == second.seqno();
    }

    private void emitted(DmaFence e) {
        Job job = job(e, TraceWarning.RUN_OF_UNKNOWN_JOB);
        if (job == null) {
            return;
        }
        emits.put(job.ring, Emits.YES);
        if (!job.ranAtSubmission) {
            state.run(e.stamp(), job);
        }
    }

    private void signaled(DmaFence e) {
        Job scheduled = state.jobs.byFinished(e.context(), e.seqno()) == null
                ? state.jobs.byScheduled(e.context(), e.seqno())
                : null;
        if (scheduled != null) {
            state.run(e.stamp(), scheduled);
            return;
        }
        Job job = job(e, TraceWarning.DONE_OF_UNKNOWN_JOB);
        if (job == null) {
            return;
        }
        if (!job.ran) {
            if (job.released || job.resolved) {
                state.run(e.stamp(), job);
            } else {
                state.runAtSubmission(job);
            }
            emits.replace(job.ring, Emits.UNKNOWN, Emits.NO);
        }
        state.done(e.stamp(), job);
    }

    private void destroyed(DmaFence e) {
        Job job = state.jobs.byFinished(e.context(), e.seqno());
        if (job != null && job.ended()) {
            state.jobs.forget(job);
        }
    }

    private @Nullable Job job(DmaFence e, TraceWarning otherwise) {
        Job job = state.jobs.byFinished(e.context(), e.seqno());
        if (job == null) {
            state.warn(otherwise, e.stamp(), "fence " + e.context() + ":" + e.seqno() + " of " + e.driver());
        }
        return job;
    }
}
