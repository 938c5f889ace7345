package org.dmafence.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceJob;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.profile.TraceArrivals.Row;
import org.dmafence.replay.JobPriority;
import org.dmafence.replay.TraceScan;
import org.dmafence.sched.SchedulerPriority;
import org.jspecify.annotations.Nullable;

/**
 * Makes a timetable of a trace: who submitted when, and for how long the hardware was at it. Jobs whose
 * end the trace does not have, dependencies and waits are left out. Used by one thread, once.
 */
public final class TraceLoad {
    private static final int MAX_JOBS = 1_000_000;
    private static final int DEFAULT_CREDITS = 2;
    private static final String UNNAMED_DEVICE = "card0";

    /** A queue of jobs: one client on one ring. */
    private record Lane(String client, RingId ring, SchedulerPriority priority) {}

    /** A job whose end has not come yet. */
    private static final class Open {
        final int row;
        final RingId ring;
        long ranNs = -1;

        Open(int row, RingId ring) {
            this.row = row;
            this.ring = ring;
        }
    }

    private final TraceScan scan;
    private final Map<String, Integer> clients = new LinkedHashMap<>();
    private final Map<RingId, Integer> rings = new LinkedHashMap<>();
    private final Map<RingId, Long> jobs = new HashMap<>();
    private final Map<Lane, Integer> lanes = new LinkedHashMap<>();
    private final Map<RingId, Long> freeSinceNs = new HashMap<>();
    private final Long2ObjectHashMap<Open> open = new Long2ObjectHashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private long firstNs;
    private long lastNs;

    private TraceLoad(TraceScan scan) {
        this.scan = scan;
    }

    /**
     * Reads a trace to its end; the reader stays the caller's to close.
     *
     * @param scan of the same trace
     * @param rate to stretch or press the trace's times to, {@code null} to leave them
     * @return nothing if the trace has too few whole jobs for a rate
     */
    public static @Nullable Load read(String name, TraceReader reader, TraceScan scan, @Nullable Rate rate)
            throws TraceFormatException {
        TraceLoad trace = new TraceLoad(scan);
        JobStream stream = new JobStream(reader);
        for (ReplayStep step = stream.next(); step != null; step = stream.next()) {
            trace.take(step);
        }
        return trace.rows.size() < 2 || trace.lastNs == 0 ? null : trace.load(name, rate);
    }

    private void take(ReplayStep step) {
        if (step instanceof ReplayStep.JobSubmitted s && rows.size() < MAX_JOBS) {
            submitted(s);
        } else if (step instanceof ReplayStep.JobRan s) {
            Open job = open.get(s.jobKey());
            if (job != null) {
                job.ranNs = s.timeNs();
            }
        } else if (step instanceof ReplayStep.JobDone s) {
            done(s.jobKey(), s.timeNs());
        } else if (step instanceof ReplayStep.FinishedSignaled s) {
            done(s.jobKey(), s.timeNs());
        }
    }

    private void submitted(ReplayStep.JobSubmitted step) {
        TraceJob job = step.job();
        if (scan.leftOut().contains(job.key()) || scan.unfinished().contains(job.key())) {
            return;
        }
        if (rows.isEmpty()) {
            firstNs = step.timeNs();
        }
        lastNs = Math.max(lastNs, step.timeNs() - firstNs); // a trace's clock may step back
        String client =
                job.clientId() > 0 ? "client-" + job.clientId() : "entity-" + Long.toUnsignedString(job.entity());
        clients.putIfAbsent(client, clients.size());
        rings.putIfAbsent(job.ring(), rings.size());
        jobs.merge(job.ring(), 1L, Long::sum);
        Lane lane = new Lane(client, job.ring(), JobPriority.of(job));
        lanes.putIfAbsent(lane, lanes.size());
        open.put(job.key(), new Open(rows.size(), job.ring()));
        rows.add(new Row(lastNs, lanes.getOrDefault(lane, 0), 0));
    }

    /** The hardware began with a job when it was given it, or when it was through with the one before. */
    private void done(long key, long doneNs) {
        Open job = open.remove(key);
        if (job == null) {
            return;
        }
        long beganNs = Math.max(job.ranNs, freeSinceNs.getOrDefault(job.ring, Long.MIN_VALUE));
        freeSinceNs.put(job.ring, doneNs);
        if (job.ranNs >= 0) {
            Row row = rows.get(job.row);
            rows.set(job.row, new Row(row.atNs(), row.stream(), Math.max(0, doneNs - beganNs)));
        }
    }

    private Load load(String name, @Nullable Rate rate) {
        List<Load.Ring> loadRings = rings.keySet().stream()
                .map(ring -> new Load.Ring(
                        ring.device().isEmpty() ? UNNAMED_DEVICE : ring.device(),
                        ring.name(),
                        scan.depths().getOrDefault(ring, DEFAULT_CREDITS),
                        jobs.getOrDefault(ring, 0L)))
                .toList();
        List<Load.Stream> streams = lanes.keySet().stream()
                .map(lane -> new Load.Stream(
                        Load.apart(clients.getOrDefault(lane.client, 0)),
                        rings.getOrDefault(lane.ring, 0),
                        lane.priority))
                .toList();
        List<Row> table = List.copyOf(rows);
        long roundNs = lastNs + Math.min(lastNs / (rows.size() - 1), Long.MAX_VALUE - lastNs);
        double own = rows.size() * 1e9 / roundNs;
        double perSecond = rate == null ? own : rate.perSecond();
        return new Load(
                name,
                "submissions of a trace, over and over, with its clients, distances and hardware times",
                Load.toldApart(List.copyOf(clients.keySet())),
                streams,
                loadRings,
                perSecond,
                Long.MAX_VALUE,
                () -> Load.scaled(new TraceArrivals(table, roundNs), own / perSecond),
                List.of());
    }
}
