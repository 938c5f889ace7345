package org.dmafence.ftrace;

import org.dmafence.ftrace.TraceEvent.FenceWaitsOn;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.jspecify.annotations.Nullable;

/** Makes jobs depend on others, and on fences that are no job's. */
final class DependencyLinks {
    private final StreamState state;

    DependencyLinks(StreamState state) {
        this.state = state;
    }

    /** A driver says that a fence waits for another. Where it is a job's, the job does. */
    void add(FenceWaitsOn e) {
        Job job = state.jobs.byFinished(e.context(), e.seqno());
        if (job == null || job.ended()) {
            return;
        }
        Job finished = state.jobs.byFinished(e.onContext(), e.onSeqno());
        Job scheduled = finished == null ? state.jobs.byScheduled(e.onContext(), e.onSeqno()) : null;
        add(e.stamp(), job, finished, scheduled, 0, e.onContext(), e.onSeqno());
    }

    /**
     * A job depends on a fence.
     *
     * @param finished the job whose finished fence it is
     * @param scheduled the job whose scheduled fence it is
     * @param pointer the fence's, 0 if the event prints none
     */
    void add(
            Stamp stamp,
            Job job,
            @Nullable Job finished,
            @Nullable Job scheduled,
            long pointer,
            long context,
            long seqno) {
        if (job.resolved) {
            state.warn(TraceWarning.LATE_DEPENDENCY, stamp, StreamState.describe(job));
            return;
        }
        Job on = finished != null ? finished : scheduled;
        if (on != null && on.key < job.key) {
            state.dependOnJob(job, on, finished == null);
            return;
        }
        if (on == job) {
            return;
        }
        ForeignFence fence;
        if (on != null) {
            fence = forward(stamp, on, finished == null, pointer, context, seqno);
        } else {
            fence = state.fences.get(context, seqno);
            if (fence == null || (pointer != 0 && fence.pointer != 0 && fence.pointer != pointer)) {
                fence = new ForeignFence(0, context, seqno, "", "");
                state.fences.put(fence);
            }
            state.fences.setPointer(fence, pointer);
        }
        state.dependOnForeign(stamp, job, fence);
    }

    /** A fence of a job submitted after the one that depends on it: a replay cannot name it yet. */
    private ForeignFence forward(Stamp stamp, Job on, boolean scheduled, long pointer, long context, long seqno) {
        ForeignFence known = scheduled ? on.forwardScheduled : on.forwardFinished;
        if (known != null) {
            return known;
        }
        state.warn(TraceWarning.FORWARD_DEPENDENCY, stamp, "on " + StreamState.describe(on));
        ForeignFence fence = new ForeignFence(pointer, context, seqno, StreamState.DRM_SCHED, on.ring.name());
        fence.signaled = scheduled ? on.ran || on.ended() : on.ended();
        if (scheduled) {
            on.forwardScheduled = fence;
        } else {
            on.forwardFinished = fence;
        }
        return fence;
    }
}
