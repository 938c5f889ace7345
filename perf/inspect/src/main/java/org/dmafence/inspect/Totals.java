package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.dmafence.ftrace.RingId;
import org.dmafence.inspect.Part.Kind;
import org.dmafence.jobs.JobLife.Fate;
import org.jspecify.annotations.Nullable;

/** Sums up jobs and waits as they go by, and keeps the slowest. */
final class Totals {
    private static final int SLOWEST = 20;
    private static final int NOT_ENDED = 100;
    private static final int DIGITS = 3;

    private static final int MOST_RINGS = 128;

    /** A capture may have a client for each fence; their histograms would outgrow all else. */
    private static final int MOST_CLIENTS = 128;

    private static final String OTHERS = "(others)";

    private final Map<RingId, JobTimes> rings = new LinkedHashMap<>();
    private final Map<String, JobTimes> clients = new LinkedHashMap<>();
    private final Map<Fate, Long> byFate = new EnumMap<>(Fate.class);
    private final Slowest<JobStory> jobs = new Slowest<>(SLOWEST, JobStory::totalNs);
    private final Slowest<WaitStory> waits = new Slowest<>(SLOWEST, WaitStory::totalNs);
    private final List<JobStory> notEnded = new ArrayList<>();
    private final Histogram startToEnd = new Histogram(DIGITS);
    private final Histogram signalToEnd = new Histogram(DIGITS);
    private long started;
    private long unended;
    private long interruptsLost;
    private long overOne;
    private long overMore;

    void job(JobStory job) {
        byFate.merge(job.fate(), 1L, Long::sum);
        RingId ring = new RingId(job.device(), job.ring());
        boolean roomForRing = rings.size() < MOST_RINGS || rings.containsKey(ring);
        rings.computeIfAbsent(roomForRing ? ring : new RingId("", OTHERS), r -> new JobTimes(DIGITS))
                .add(job);
        boolean room = clients.size() < MOST_CLIENTS || clients.containsKey(job.client());
        clients.computeIfAbsent(room ? job.client() : OTHERS, c -> new JobTimes(DIGITS))
                .add(job);
        if (job.endedNs() != null) {
            jobs.offer(job);
        } else if (job.fate() != Fate.NOT_RECORDED && notEnded.size() < NOT_ENDED) {
            notEnded.add(job);
        }
        if (job.interruptLost()) {
            interruptsLost++;
        }
        Refreshes refreshes = job.refreshes();
        if (refreshes != null) {
            overOne++;
            overMore += refreshes.count() > 1 ? 1 : 0;
        }
    }

    void wait(WaitStory wait) {
        started++;
        Long ended = wait.endedNs();
        if (ended == null) {
            unended++;
            return;
        }
        waits.offer(wait);
        JobTimes.record(startToEnd, wait.totalNs());
        Long signaled = wait.signaledNs();
        if (signaled != null && signaled >= wait.startedNs()) {
            JobTimes.record(signalToEnd, ended - signaled);
        }
    }

    JobTally tally() {
        return JobTally.of(byFate);
    }

    List<RingRow> rings() {
        return rings.entrySet().stream()
                .map(e -> RingRow.of(e.getKey().device(), e.getKey().name(), e.getValue()))
                .toList();
    }

    List<ClientRow> clients() {
        long all = clients.values().stream().mapToLong(times -> times.busyNs).sum();
        return clients.entrySet().stream()
                .map(e -> ClientRow.of(e.getKey(), e.getValue(), all))
                .sorted((a, b) -> Long.compare(b.busyNs(), a.busyNs()))
                .toList();
    }

    WaitTimes waiting() {
        return new WaitTimes(started, unended, JobTimes.percentiles(startToEnd), JobTimes.percentiles(signalToEnd));
    }

    List<WaitStory> slowestWaits() {
        return waits.list();
    }

    List<JobStory> slowestJobs() {
        return jobs.list();
    }

    List<JobStory> notEnded() {
        return List.copyOf(notEnded);
    }

    long interruptsLost() {
        return interruptsLost;
    }

    /** Jobs that were in flight at a refresh of a display. */
    long overOneRefresh() {
        return overOne;
    }

    /** Jobs that were in flight at two or more. */
    long overMoreRefreshes() {
        return overMore;
    }

    /** What most of a time went to; null where nothing is known. */
    static @Nullable Part largest(List<Part> parts) {
        return parts.stream()
                .filter(part -> part.kind() != Kind.RETURN || parts.size() == 1)
                .max((a, b) -> Long.compare(a.ns(), b.ns()))
                .orElse(null);
    }
}
