package org.dmafence.jobs;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceJob;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.ftrace.TraceSummary;
import org.dmafence.jobs.JobLife.Fate;

/** Follows the jobs of a capture from its beginning to its end. Used by one thread, once. */
public final class JobLives {
    /** Nobody waits that long before the kernel's own timeout says that a job hangs. */
    private static final long SURELY_HUNG_NS = 2_000_000_000L;

    private static final int LONGER_THAN_ANY = 10;

    private static final int MAX_LANES = 1 << 20;

    /** A ring has three histograms; what is beyond this counts as one. */
    private static final int MAX_RINGS = 512;

    private static final RingId OTHER_RINGS = new RingId("", "(others)");

    /** A client's queue to a ring. */
    private record Lane(RingId ring, long entity) {}

    private static final class Open {
        final TraceJob job;
        final long submittedNs;
        long ranNs = JobLife.NEVER;

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
    private final Map<Lane, Long> lastRun = new HashMap<>();
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
            open.put(s.job().key(), new Open(s.job(), s.timeNs()));
            ring(s.job().ring()).addSubmission();
        } else if (step instanceof ReplayStep.JobRan s) {
            Open job = open.get(s.jobKey());
            if (job != null && job.ranNs == JobLife.NEVER) {
                job.ranNs = s.timeNs();
                ring(job.job.ring()).addRun(s.timeNs() - job.submittedNs);
                if (lastRun.size() < MAX_LANES) {
                    lastRun.merge(new Lane(job.job.ring(), job.job.entity()), s.jobKey(), Math::max);
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
                lives.accept(new JobLife(
                        job.job, job.submittedNs, JobLife.NEVER, JobLife.NEVER, s.timeNs(), Fate.ENDED_OTHERWISE));
            }
        }
    }

    private void done(Open job, long endedNs) {
        long beganNs = ring(job.job.ring()).addEnd(job.ranNs, endedNs);
        lives.accept(new JobLife(job.job, job.submittedNs, job.ranNs, beganNs, endedNs, Fate.COMPLETE));
    }

    private RingTimes ring(RingId id) {
        RingId known = rings.size() < MAX_RINGS || rings.containsKey(id) ? id : OTHER_RINGS;
        return rings.computeIfAbsent(known, i -> new RingTimes());
    }

    private Found end() {
        TraceSummary summary = stream.summary();
        long since = reader.allCpusSinceNs();
        long endNs = Math.max(lastNs, summary.lastNs());
        Map<RingId, Open> hung = hung(since, endNs);
        open.values().stream()
                .sorted((a, b) -> Long.compare(a.job.key(), b.job.key()))
                .forEach(job -> {
                    Fate fate = fate(job, since, endNs);
                    boolean behind = fate == Fate.HUNG && hung.get(job.job.ring()) != job;
                    lives.accept(new JobLife(
                            job.job,
                            job.submittedNs,
                            job.ranNs,
                            job.ranNs,
                            JobLife.NEVER,
                            behind ? Fate.RUNNING : fate));
                });
        return new Found(summary, rings, since);
    }

    /** A ring does its jobs in the order of their runs: the first that does not end keeps the others from theirs. */
    private Map<RingId, Open> hung(long since, long endNs) {
        Map<RingId, Open> first = new HashMap<>();
        for (Open job : open.values()) {
            if (fate(job, since, endNs) == Fate.HUNG) {
                first.merge(job.job.ring(), job, (a, b) -> b.isBefore(a) ? b : a);
            }
        }
        return first;
    }

    private Fate fate(Open job, long allCpusSinceNs, long endNs) {
        RingTimes ring = ring(job.job.ring());
        long lastSeenNs = Math.max(job.submittedNs, job.ranNs);
        if (job.ranNs == JobLife.NEVER) {
            // An entity's jobs run in the order of their submission.
            Long later = lastRun.get(new Lane(job.job.ring(), job.job.entity()));
            boolean passed = later != null && later > job.job.key();
            return passed || lastSeenNs < allCpusSinceNs ? Fate.NOT_RECORDED : Fate.QUEUED;
        }
        if (lastSeenNs < allCpusSinceNs || ring.lastEndNs() > lastSeenNs) {
            return Fate.NOT_RECORDED;
        }
        long patience = Math.max(SURELY_HUNG_NS, LONGER_THAN_ANY * ring.longestRunNs());
        return endNs - lastSeenNs > patience ? Fate.HUNG : Fate.RUNNING;
    }
}
