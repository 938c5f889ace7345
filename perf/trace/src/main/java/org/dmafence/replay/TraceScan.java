package org.dmafence.replay;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.ftrace.TraceSummary;
import org.dmafence.jobs.JobLife;
import org.dmafence.jobs.JobLife.Fate;
import org.dmafence.jobs.JobLives;

/**
 * A trace read once from end to end before it is replayed: proves that it can be, and finds out what becomes of its
 * jobs, how deep its rings are, and how long jobs took.
 *
 * @param format what the capture was recognised as
 * @param summary what was found
 * @param fates how many jobs had each
 * @param leftOut keys of jobs that are not replayed, because what is missing of them lies beyond the capture's edge, or
 *     was lost
 * @param unfinished keys of jobs that are replayed though the trace never completes them: they hang, or were killed
 * @param untracked jobs without an end past the first {@value #MAX_UNENDED}; they are replayed as if they had one
 * @param depths per ring, the most jobs that were on the hardware at a time, which is how many credits its scheduler
 *     gets here
 * @param submitted per ring, the jobs that are replayed
 * @param times of the jobs that ran and ended
 */
public record TraceScan(
        String format,
        TraceSummary summary,
        Map<Fate, Long> fates,
        LongHashSet leftOut,
        LongHashSet unfinished,
        long untracked,
        Map<RingId, Integer> depths,
        Map<RingId, Long> submitted,
        StageTimes times) {
    private static final int MAX_RUNNING = 262_144;
    private static final int MAX_UNENDED = 4_194_304;

    /** Told now and then how far the reading came. */
    public interface Listener {
        void read(TraceReader reader);
    }

    /** Reads a trace. The reader stays the caller's to close. */
    public static TraceScan of(TraceReader reader, Listener listener) throws TraceFormatException {
        return new Reading(reader, listener).scan();
    }

    /** How many jobs are replayed. */
    public long replayed() {
        return submitted.values().stream().mapToLong(jobs -> jobs).sum();
    }

    /** How many jobs had a fate. */
    public long jobs(Fate fate) {
        return fates.getOrDefault(fate, 0L);
    }

    private static final class Reading {
        private final TraceReader reader;
        private final Listener listener;
        private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
        private final LongHashSet leftOut = new LongHashSet();
        private final LongHashSet unfinished = new LongHashSet();
        private final Map<RingId, RingDepth> depths = new HashMap<>();
        private final Long2ObjectHashMap<RingDepth> running = new Long2ObjectHashMap<>();
        private final Long2ObjectHashMap<RingId> rings = new Long2ObjectHashMap<>();
        private final Map<RingId, Long> submitted = new HashMap<>();
        private final StageTimes times = new StageTimes();
        private long untracked;

        Reading(TraceReader reader, Listener listener) {
            this.reader = reader;
            this.listener = listener;
        }

        TraceScan scan() throws TraceFormatException {
            TraceSummary summary;
            try {
                summary = JobLives.read(reader, this::take, this::take).summary();
            } catch (TraceFormatException e) {
                if (e.problem() != Problem.NO_EVENTS) {
                    throw e;
                }
                summary = new JobStream(reader).summary(); // what there is instead
            }
            Map<RingId, Integer> most = new HashMap<>();
            depths.forEach((ring, depth) -> most.put(ring, depth.most()));
            return new TraceScan(
                    reader.format(),
                    summary,
                    Map.copyOf(fates),
                    leftOut,
                    unfinished,
                    untracked,
                    Map.copyOf(most),
                    Map.copyOf(submitted),
                    times);
        }

        private void take(ReplayStep step) {
            listener.read(reader);
            if (step instanceof ReplayStep.JobSubmitted s) {
                if (rings.size() < MAX_RUNNING) {
                    rings.put(s.job().key(), s.job().ring());
                }
            } else if (step instanceof ReplayStep.JobRan s) {
                RingId ring = rings.remove(s.jobKey());
                if (ring != null && running.size() < MAX_RUNNING) {
                    RingDepth depth = depths.computeIfAbsent(ring, r -> new RingDepth());
                    depth.ran(s.jobKey());
                    running.put(s.jobKey(), depth);
                }
            }
        }

        private void take(JobLife life) {
            long key = life.job().key();
            fates.merge(life.fate(), 1L, Long::sum);
            rings.remove(key);
            RingDepth depth = running.remove(key);
            switch (life.fate()) {
                case COMPLETE -> {
                    if (depth != null) {
                        depth.ended(key);
                    }
                    if (life.submittedNs() != life.ranNs()) { // the same moment: its submission was not recorded
                        times.queued(life.queueNs());
                    }
                    times.ended(life.runNs(), life.hardwareNs());
                    replayed(life);
                }
                case ENDED_OTHERWISE, LOST, HUNG -> {
                    note(unfinished, key);
                    replayed(life);
                }
                case NOT_RECORDED, QUEUED, RUNNING -> {
                    if (!note(leftOut, key)) {
                        replayed(life);
                    }
                }
            }
        }

        private void replayed(JobLife life) {
            submitted.merge(life.job().ring(), 1L, Long::sum);
        }

        private boolean note(LongHashSet keys, long key) {
            if (leftOut.size() + unfinished.size() >= MAX_UNENDED) {
                untracked++;
                return false;
            }
            return keys.add(key);
        }
    }
}
