package org.dmafence.ftrace;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The jobs in flight and the latest ended ones, by every name a trace may call them: finished-fence pointer, identity
 * of the finished and of the scheduled fence, and ring with job number. All of these are reused; the latest job has
 * them.
 */
final class JobTable {
    /** {@code drm_sched_job_wait_dep} names a job by these. */
    private record RingJob(RingId ring, long id) {}

    private final TraceLimits limits;
    private final LinkedHashMap<Long, Job> inFlight = new LinkedHashMap<>();
    private final ArrayDeque<Job> ended = new ArrayDeque<>();
    private final Map<Long, Job> byPointer = new HashMap<>();
    private final Map<Long, Job> byFinished = new HashMap<>();
    private final Map<Long, Job> byScheduled = new HashMap<>();
    private final Map<RingJob, Job> waiting = new HashMap<>();
    private int peak;

    JobTable(TraceLimits limits) {
        this.limits = limits;
    }

    /** Adds a submitted job; returns one that had to be given up for it. */
    @Nullable Job add(Job job) {
        inFlight.put(job.key, job);
        if (job.pointer != 0) {
            byPointer.put(job.pointer, job);
            waiting.put(new RingJob(job.ring, job.id), job);
        }
        peak = Math.max(peak, size());
        if (inFlight.size() <= limits.runningJobs()) {
            return null;
        }
        Job oldest = inFlight.values().iterator().next();
        forget(oldest);
        return oldest;
    }

    /** Learns the identity of a job's finished fence, and with it that of its scheduled one. */
    void identify(Job job, long context, long seqno, boolean hasScheduledFence) {
        forgetIdentity(job);
        job.context = context;
        job.seqno = seqno;
        job.hasScheduledFence = hasScheduledFence;
        byFinished.put(ForeignFences.identity(context, seqno), job);
        if (hasScheduledFence) {
            byScheduled.put(ForeignFences.identity(context - 1, seqno), job);
        }
    }

    @Nullable Job byPointer(long pointer) {
        return byPointer.get(pointer);
    }

    @Nullable Job byFinished(long context, long seqno) {
        return byFinished.get(ForeignFences.identity(context, seqno));
    }

    @Nullable Job byScheduled(long context, long seqno) {
        return byScheduled.get(ForeignFences.identity(context, seqno));
    }

    /** The latest job of that number on that ring that did not run yet. */
    @Nullable Job waiting(RingId ring, long id) {
        return waiting.get(new RingJob(ring, id));
    }

    void ran(Job job) {
        noLongerWaiting(job);
    }

    /** Moves a job to the ended ones, of which the oldest are forgotten. */
    void ended(Job job) {
        noLongerWaiting(job);
        if (inFlight.remove(job.key) == null) {
            return;
        }
        ended.addLast(job);
        if (ended.size() > limits.endedJobs()) {
            forget(ended.removeFirst());
        }
    }

    /** Forgets all names of a job. */
    void forget(Job job) {
        inFlight.remove(job.key);
        noLongerWaiting(job);
        forgetIdentity(job);
        if (job.pointer != 0) {
            byPointer.remove(job.pointer, job);
        }
    }

    void forgetIdentity(Job job) {
        if (job.identified()) {
            byFinished.remove(ForeignFences.identity(job.context, job.seqno), job);
            if (job.hasScheduledFence) {
                byScheduled.remove(ForeignFences.identity(job.context - 1, job.seqno), job);
            }
        }
    }

    private void noLongerWaiting(Job job) {
        if (job.pointer != 0) {
            waiting.remove(new RingJob(job.ring, job.id), job);
        }
    }

    int size() {
        return inFlight.size() + ended.size();
    }

    int peak() {
        return peak;
    }
}
