package org.dmafence.inspect;

import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;
import org.dmafence.ftrace.FenceRef;
import org.dmafence.ftrace.ReplayStep.JobRan;
import org.dmafence.ftrace.ReplayStep.JobSubmitted;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.jobs.JobLife;
import org.jspecify.annotations.Nullable;

/** The jobs in flight, and the last ones that ended, by number and by fence; what held each of them back. */
final class Book {
    private static final int ENDED = 1 << 16;
    private static final int MAX_RINGS = 1 << 14;

    /** The last that was handed to a ring, and the last that it ended. */
    private static final class Lane {
        @Nullable Known ran;

        @Nullable Known ended;
    }

    private final Witness witness;
    private final Long2ObjectHashMap<Known> open = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Known> openByFence = new Long2ObjectHashMap<>();
    private final Map<Long, Known> ended = new Recent<>(ENDED);
    private final Map<Long, Long> foreignSignals = new Recent<>(ENDED);
    private final Map<RingId, Lane> lanes = new Recent<>(MAX_RINGS);

    Book(Witness witness) {
        this.witness = witness;
    }

    /** A job by its number; null if it ended long ago. */
    @Nullable Known get(long key) {
        Known job = open.get(key);
        return job != null ? job : ended.get(key);
    }

    /** A fence signals; if it is an open job's, that is its end for all who wait. */
    void signaled(long fenceKey, Stamp stamp) {
        Known job = openByFence.get(fenceKey);
        if (job != null && job.signal == null) {
            job.signal = stamp;
        }
    }

    void foreignSignaled(long key, long timeNs) {
        foreignSignals.put(key, timeNs);
    }

    void submitted(JobSubmitted step) {
        Known job = new Known(
                step.job(),
                step.timeNs(),
                witness.submitter(step.timeNs(), step.job().id()));
        open.put(step.job().key(), job);
        FenceName fence = job.fence();
        if (fence != null) {
            Stamp signal = witness.signal(fence); // the step is late: it may have signalled meanwhile
            if (signal != null && signal.timeNs() >= job.submittedNs) {
                job.signal = signal;
            }
            openByFence.put(fence.key(), job);
        }
    }

    void ran(JobRan step) {
        Known job = open.get(step.jobKey());
        if (job == null || job.ranNs != JobLife.NEVER) {
            return;
        }
        job.ranNs = step.timeNs();
        job.handover = witness.handover(step.timeNs(), job.job.id());
        for (FenceRef.Dependency dependency : job.job.dependencies()) {
            long timeNs = signalOf(dependency);
            if (timeNs > job.readyNs && timeNs <= job.ranNs) {
                job.readyNs = timeNs;
                job.dependency = describe(dependency);
            }
        }
        Lane lane = lane(job);
        Known end = lane.ended;
        Known run = lane.ran;
        if (end != null && end.endedNs > job.readyNs && (run == null || run.ranNs < end.endedNs)) {
            job.credits = true;
            job.behind = end.describe();
        } else if (run != null && run.ranNs > job.readyNs) {
            job.behind = run.describe();
        }
        lane.ran = job;
    }

    void done(long key, long timeNs) {
        Known job = open.get(key);
        if (job != null && job.endedNs == JobLife.NEVER) {
            job.endedNs = timeNs;
            Lane lane = lane(job);
            job.before = lane.ended == null ? null : lane.ended.describe();
            if (job.ranNs != JobLife.NEVER) {
                lane.ended = job;
            }
        }
    }

    /** A job's life was told: it is not in flight any longer. */
    void close(Known job) {
        open.remove(job.job.key());
        FenceName fence = job.fence();
        if (fence != null) {
            openByFence.remove(fence.key(), job);
        }
        ended.put(job.job.key(), job);
    }

    private Lane lane(Known job) {
        return lanes.computeIfAbsent(job.job.ring(), ring -> new Lane());
    }

    /** When a dependency signalled, as far as was read; never if that is not known. */
    long signalOf(FenceRef.Dependency dependency) {
        if (dependency instanceof FenceRef.Finished f) {
            Known job = get(f.jobKey());
            return job == null ? JobLife.NEVER : job.endedNs;
        }
        if (dependency instanceof FenceRef.Scheduled f) {
            Known job = get(f.jobKey());
            return job == null ? JobLife.NEVER : job.ranNs;
        }
        if (dependency instanceof FenceRef.Foreign f) {
            Long timeNs = foreignSignals.get(f.key());
            FenceName name = FenceName.of(f.fence());
            Stamp signal = timeNs == null && name != null ? witness.signal(name) : null;
            return timeNs != null ? timeNs : signal != null ? signal.timeNs() : JobLife.NEVER;
        }
        return JobLife.NEVER;
    }

    /** Whose fence it is, in words. */
    String describe(FenceRef fence) {
        if (fence instanceof FenceRef.Finished f) {
            return describe(f.jobKey());
        }
        if (fence instanceof FenceRef.Scheduled f) {
            return "the run of " + describe(f.jobKey());
        }
        if (fence instanceof FenceRef.Foreign f) {
            return f.fence() + owner(f.driver(), f.timeline());
        }
        FenceRef.Unrelated f = (FenceRef.Unrelated) fence;
        return f.fence() + owner(f.driver(), f.timeline());
    }

    private String describe(long key) {
        Known job = get(key);
        return job == null ? "a job that ended before" : job.describe();
    }

    private static String owner(String driver, String timeline) {
        return driver.isEmpty() && timeline.isEmpty() ? "" : " of " + driver + "/" + timeline;
    }
}
