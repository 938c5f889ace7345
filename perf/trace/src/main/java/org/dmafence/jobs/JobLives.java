package org.dmafence.jobs;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.dmafence.ftrace.FenceRef;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceJob;
import org.dmafence.ftrace.TraceLimits;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.ftrace.TraceSummary;
import org.dmafence.jobs.JobLife.Fate;
import org.jspecify.annotations.Nullable;

/** Follows the jobs of a capture from its beginning to its end. Used by one thread, once. */
public final class JobLives {
    /** Nobody waits that long before the kernel's own timeout says that a job hangs. */
    private static final long SURELY_HUNG_NS = 2_000_000_000L;

    private static final int LONGER_THAN_ANY = 10;

    private static final int MAX_LANES = 1 << 20;

    /** A ring has three histograms; what is beyond this counts as one. */
    private static final int MAX_RINGS = 512;

    private static final RingId OTHER_RINGS = new RingId("", "(others)");

    private static final int MAX_OPEN = TraceLimits.DEFAULT.runningJobs();

    /** A client's queue to a ring, whose jobs run and end in the order of their submission. */
    private static final class Lane {
        long lastRun;
        long lastEnded;
    }

    private record LaneId(RingId ring, long entity) {}

    private static final class Open {
        final TraceJob job;
        final long submittedNs;
        long ranNs = JobLife.NEVER;

        /** Since when somebody waits for its fence; how many do. */
        long waitedSinceNs = Long.MAX_VALUE;

        int waits;

        Open(TraceJob job, long submittedNs) {
            this.job = job;
            this.submittedNs = submittedNs;
        }

        boolean isBefore(Open other) {
            return ranNs != other.ranNs ? ranNs < other.ranNs : job.key() < other.job.key();
        }
    }

    private final TraceReader reader;
    private final JobStream stream;
    private final Consumer<JobLife> lives;
    private final Consumer<ReplayStep> steps;
    private final Long2ObjectHashMap<Open> open = new Long2ObjectHashMap<>();
    private final Map<RingId, RingTimes> rings = new LinkedHashMap<>();
    private final Map<LaneId, Lane> lanes = new HashMap<>();
    private long eldest = 1;
    private boolean endsAreRecorded;
    private long lastNs = Long.MIN_VALUE;

    private JobLives(TraceReader reader, Consumer<JobLife> lives, Consumer<ReplayStep> steps) {
        this.reader = reader;
        this.lives = lives;
        this.steps = steps;
        stream = new JobStream(reader);
    }

    /**
     * What was found.
     *
     * @param summary of the capture
     * @param rings in the order of their appearance
     * @param allCpusSinceNs since when every CPU recorded, the beginning where the capture does not tell of CPUs
     */
    public record Found(TraceSummary summary, Map<RingId, RingTimes> rings, long allCpusSinceNs) {}

    /**
     * Reads a capture to its end; the reader stays the caller's to close.
     *
     * @param lives is told of each job once: when it ends, or at the end
     */
    public static Found read(TraceReader reader, Consumer<JobLife> lives) throws TraceFormatException {
        return read(reader, lives, step -> {});
    }

    /**
     * The same, with a look at the steps.
     *
     * @param steps is told of each step before its job's life ends with it
     */
    public static Found read(TraceReader reader, Consumer<JobLife> lives, Consumer<ReplayStep> steps)
            throws TraceFormatException {
        JobLives jobs = new JobLives(reader, lives, steps);
        for (ReplayStep step = jobs.stream.next(); step != null; step = jobs.stream.next()) {
            jobs.take(step);
        }
        return jobs.end();
    }

    private void take(ReplayStep step) {
        lastNs = Math.max(lastNs, step.timeNs());
        steps.accept(step);
        if (step instanceof ReplayStep.RingSeen s) {
            ring(s.ring());
        } else if (step instanceof ReplayStep.JobSubmitted s) {
            if (open.size() >= MAX_OPEN) {
                giveUpEldest();
            }
            open.put(s.job().key(), new Open(s.job(), s.timeNs()));
            ring(s.job().ring()).addSubmission();
        } else if (step instanceof ReplayStep.JobRan s) {
            Open job = open.get(s.jobKey());
            if (job != null && job.ranNs == JobLife.NEVER) {
                job.ranNs = s.timeNs();
                ring(job.job.ring()).addRun(s.timeNs() - job.submittedNs);
                Lane lane = lane(job.job);
                if (lane != null) {
                    lane.lastRun = Math.max(lane.lastRun, s.jobKey());
                }
            }
        } else if (step instanceof ReplayStep.JobDone s) {
            Open job = open.remove(s.jobKey());
            if (job != null) {
                done(job, s.timeNs());
            }
        } else if (step instanceof ReplayStep.FinishedSignaled s) {
            Open job = open.remove(s.jobKey());
            if (job != null && job.ranNs != JobLife.NEVER) {
                done(job, s.timeNs());
            } else if (job != null) {
                endsAreRecorded = true;
                lives.accept(new JobLife(
                        job.job, job.submittedNs, JobLife.NEVER, JobLife.NEVER, s.timeNs(), Fate.ENDED_OTHERWISE));
            }
        } else if (step instanceof ReplayStep.WaitStarted s) {
            Open job = s.fence() instanceof FenceRef.Finished f ? open.get(f.jobKey()) : null;
            if (job != null && job.waits++ == 0) {
                job.waitedSinceNs = s.timeNs();
            }
        } else if (step instanceof ReplayStep.WaitEnded s) {
            Open job = s.fence() instanceof FenceRef.Finished f ? open.get(f.jobKey()) : null;
            if (job != null && job.waits > 0 && --job.waits == 0) {
                job.waitedSinceNs = Long.MAX_VALUE;
            }
        }
    }

    /** So many are never in flight: the ends of this capture's jobs are not recorded. */
    private void giveUpEldest() {
        Open job = null;
        while (job == null) {
            job = open.remove(eldest++); // keys rise with submissions
        }
        lives.accept(new JobLife(job.job, job.submittedNs, job.ranNs, job.ranNs, JobLife.NEVER, Fate.NOT_RECORDED));
    }

    private void done(Open job, long endedNs) {
        endsAreRecorded = true;
        long beganNs = ring(job.job.ring()).addEnd(job.ranNs, endedNs);
        Lane lane = lane(job.job);
        if (lane != null) {
            lane.lastEnded = Math.max(lane.lastEnded, job.job.key());
        }
        lives.accept(new JobLife(job.job, job.submittedNs, job.ranNs, beganNs, endedNs, Fate.COMPLETE));
    }

    private RingTimes ring(RingId id) {
        RingId known = rings.size() < MAX_RINGS || rings.containsKey(id) ? id : OTHER_RINGS;
        return rings.computeIfAbsent(known, i -> new RingTimes());
    }

    /** Null if there are too many to follow. */
    private @Nullable Lane lane(TraceJob job) {
        LaneId id = new LaneId(job.ring(), job.entity());
        Lane lane = lanes.get(id);
        if (lane == null && lanes.size() < MAX_LANES) {
            lane = new Lane();
            lanes.put(id, lane);
        }
        return lane;
    }

    private Found end() {
        TraceSummary summary = stream.summary();
        long endNs = Math.max(lastNs, summary.lastNs());
        endsAreRecorded |= summary.knownEvents().keySet().stream().anyMatch(name -> name.endsWith("fence_signaled"));
        List<Open> left = open.values().stream()
                .sorted((a, b) -> Long.compare(a.job.key(), b.job.key()))
                .toList();
        left.forEach(this::queued);
        Map<RingId, Open> hung = new HashMap<>();
        for (Open job : left) {
            if (fate(job, endNs) == Fate.HUNG) {
                hung.merge(job.job.ring(), job, (a, b) -> b.isBefore(a) ? b : a);
            }
        }
        for (Open job : left) {
            Fate fate = fate(job, endNs);
            boolean behind = fate == Fate.HUNG && hung.get(job.job.ring()) != job;
            lives.accept(new JobLife(
                    job.job, job.submittedNs, job.ranNs, job.ranNs, JobLife.NEVER, behind ? Fate.RUNNING : fate));
        }
        return new Found(summary, rings, reader.allCpusSinceNs());
    }

    private void queued(Open job) {
        if (job.ranNs == JobLife.NEVER && isQueued(job)) {
            RingTimes ring = ring(job.job.ring());
            ring.queuedSinceNs = Math.min(ring.queuedSinceNs, job.submittedNs);
        }
    }

    /** Whether it is sure that a job did not run: a later one of its client's did not, and nothing is missing. */
    private boolean isQueued(Open job) {
        Lane lane = lane(job.job);
        boolean passed = lane != null && lane.lastRun > job.job.key();
        return !passed && job.submittedNs >= reader.wholeSinceNs();
    }

    private Fate fate(Open job, long endNs) {
        if (job.ranNs == JobLife.NEVER) {
            return isQueued(job) ? Fate.QUEUED : Fate.NOT_RECORDED;
        }
        RingTimes ring = ring(job.job.ring());
        Lane lane = lane(job.job);
        long patience = Math.max(SURELY_HUNG_NS, LONGER_THAN_ANY * ring.longestRunNs());
        boolean waited = waits(job.waitedSinceNs, endNs, patience);
        boolean passed = lane != null && lane.lastEnded > job.job.key();
        if (passed || (ring.lastEndNs() > job.ranNs && !waited)) {
            return Fate.NOT_RECORDED;
        }
        boolean missed = waited || waits(ring.queuedSinceNs, endNs, patience);
        if (!missed && job.ranNs < reader.wholeSinceNs()) {
            return Fate.NOT_RECORDED;
        }
        if (endNs - job.ranNs <= patience) {
            return Fate.RUNNING;
        }
        return missed || endsAreRecorded ? Fate.HUNG : Fate.NOT_RECORDED;
    }

    /** Whether somebody waits for long in a part of the capture that misses nothing. */
    private boolean waits(long sinceNs, long endNs, long patience) {
        return sinceNs != Long.MAX_VALUE && sinceNs >= reader.wholeSinceNs() && endNs - sinceNs > patience;
    }
}
