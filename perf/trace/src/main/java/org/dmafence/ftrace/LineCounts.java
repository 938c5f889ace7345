package org.dmafence.ftrace;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.FenceWaitsOn;
import org.dmafence.ftrace.TraceEvent.SyncTimeline;

/** How many lines of each class were read, and the span of the clock. */
final class LineCounts {
    static final String NO_NAME = "(no event name)";
    private static final String OTHERS = "(others)";
    private static final int MAX_NAMES = 1000;
    private static final int MAX_CPUS = 1 << 16;
    private static final int MAX_SHOWN = 5;
    private static final int MAX_NAME = 40;
    private static final int MAX_REASON = 100;

    long total;
    long comments;
    long blank;
    long notes;
    long lostNotes;
    long malformed;
    private String firstMalformed = "";
    long unexplained;
    long jobEvents;
    long fenceEvents;
    private long syncTimelineEvents;
    private long unknownEvents;
    private final Map<String, long[]> known = new HashMap<>();
    private final Map<String, long[]> unknown = new HashMap<>();
    private final BitSet cpus = new BitSet();
    private long allCpusSinceNs = Long.MIN_VALUE;
    private boolean clockSeen;
    private long firstNs;
    private long lastNs;

    /** Notes the time of an event line; false when it is earlier than the line before. */
    boolean clock(long timeNs, int cpu) {
        if (cpu >= 0 && !cpus.get(cpu) && cpu < MAX_CPUS) {
            cpus.set(cpu);
            allCpusSinceNs = Math.max(allCpusSinceNs, timeNs);
        }
        boolean forward = !clockSeen || timeNs >= lastNs;
        if (!clockSeen) {
            clockSeen = true;
            firstNs = timeNs;
        }
        lastNs = timeNs;
        return forward;
    }

    /** One more line or record. */
    void line() {
        total++;
    }

    /** An event that tells of no job and no fence, but was wanted. */
    void beside(String name) {
        unknownEvents++;
        known.computeIfAbsent(name, n -> new long[1])[0]++;
    }

    void known(String name, TraceEvent event) {
        if (event instanceof DmaFence || event instanceof FenceWaitsOn) {
            fenceEvents++;
        } else if (event instanceof SyncTimeline) {
            syncTimelineEvents++;
        } else {
            jobEvents++;
        }
        known.computeIfAbsent(name, n -> new long[1])[0]++;
    }

    void unknown(String name) {
        unknownEvents++;
        String counted = unknown.size() < MAX_NAMES || unknown.containsKey(name) ? name : OTHERS;
        unknown.computeIfAbsent(counted, n -> new long[1])[0]++;
    }

    TraceSummary.Lines lines() {
        return new TraceSummary.Lines(
                total,
                comments,
                blank,
                notes,
                lostNotes,
                jobEvents,
                fenceEvents,
                syncTimelineEvents,
                unknownEvents,
                malformed,
                unexplained);
    }

    Map<String, Long> knownEvents() {
        return copy(known);
    }

    Map<String, Long> unknownEvents() {
        return copy(unknown);
    }

    private static Map<String, Long> copy(Map<String, long[]> counts) {
        Map<String, Long> copy = new TreeMap<>();
        counts.forEach((name, count) -> copy.put(name, count[0]));
        return copy;
    }

    /** What is wrong with a line, of which the first is kept. */
    void malformed(String reason) {
        if (malformed == 0) {
            firstMalformed = shortened(reason, MAX_REASON);
        }
        malformed++;
    }

    /** What there is in a capture that has nothing of interest; empty if there is nothing at all. */
    String instead() {
        String events = mostFrequent();
        String text = events.isEmpty() ? "" : "; it has " + events;
        return malformed == 0
                ? text
                : text + "; " + malformed + (malformed == 1 ? " line is" : " lines are") + " malformed: " + firstMalformed;
    }

    /** The events that there are most of, with their numbers; empty if there are none. */
    private String mostFrequent() {
        Map<String, Long> all = unknownEvents();
        all.putAll(knownEvents());
        List<Map.Entry<String, Long>> most = all.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(MAX_SHOWN)
                .toList();
        String others = all.size() > most.size() ? " and " + (all.size() - most.size()) + " other kinds" : "";
        return most.stream()
                        .map(one -> String.format(Locale.ROOT, "%s (%,d)", shortened(one.getKey(), MAX_NAME), one.getValue()))
                        .collect(Collectors.joining(", "))
                + others;
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /** The time of the last CPU's first event; that of the first event where no CPU is told of. */
    long allCpusSinceNs() {
        return cpus.isEmpty() ? firstNs : allCpusSinceNs;
    }

    long firstNs() {
        return firstNs;
    }

    long lastNs() {
        return lastNs;
    }
}
