package org.dmafence.ftrace;

import java.util.Arrays;
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

    /** A CPU that is silent for that many times its usual pause did not record. */
    private static final int LONG_PAUSE = 20;

    private static final int ENOUGH_TO_TELL = 100;

    private static final long NOT_SEEN = Long.MIN_VALUE;

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
    private long[] firstOfCpu = new long[0];
    private long[] eventsOfCpu = new long[0];
    private boolean overwritten;
    private long lostEvents;
    private boolean lossPending;
    private long lastLossNs = NOT_SEEN;
    private boolean clockSeen;
    private long firstNs;
    private long lastNs;

    /** Notes the time of an event line; false when it is earlier than the line before. */
    boolean clock(long timeNs, int cpu) {
        if (cpu >= 0 && cpu < MAX_CPUS) {
            cpu(cpu, timeNs);
        }
        if (lossPending) {
            lossPending = false;
            lastLossNs = Math.max(lastLossNs, timeNs);
        }
        boolean forward = !clockSeen || timeNs >= lastNs;
        if (!clockSeen) {
            clockSeen = true;
            firstNs = timeNs;
        }
        lastNs = timeNs;
        return forward;
    }

    private void cpu(int cpu, long timeNs) {
        if (cpu >= firstOfCpu.length) {
            int known = firstOfCpu.length;
            firstOfCpu = Arrays.copyOf(firstOfCpu, Math.max(cpu + 1, 2 * known));
            eventsOfCpu = Arrays.copyOf(eventsOfCpu, firstOfCpu.length);
            Arrays.fill(firstOfCpu, known, firstOfCpu.length, NOT_SEEN);
        }
        if (firstOfCpu[cpu] == NOT_SEEN) {
            firstOfCpu[cpu] = timeNs;
        }
        eventsOfCpu[cpu]++;
    }

    /** The kernel lost events before the next one. */
    void lost(long events) {
        lostEvents += events;
        lossPending = true;
    }

    /** The buffers were full, and their beginnings are gone. */
    void overwritten(long events) {
        lostEvents += events;
        overwritten = true;
    }

    /** How many events the kernel says that it lost; at least so many where it does not say how many. */
    long lostEvents() {
        return lostEvents;
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
                : text + "; " + malformed + (malformed == 1 ? " line is" : " lines are") + " malformed: "
                        + firstMalformed;
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
                        .map(one -> String.format(
                                Locale.ROOT, "%s (%,d)", shortened(one.getKey(), MAX_NAME), one.getValue()))
                        .collect(Collectors.joining(", "))
                + others;
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /**
     * When the last CPU began to record. A CPU that has few events may have recorded from the beginning without one;
     * only one that is never silent for so long afterwards, or whose buffer was full, began with its first.
     */
    long allCpusSinceNs() {
        long since = firstNs;
        for (int cpu = 0; cpu < firstOfCpu.length; cpu++) {
            long first = firstOfCpu[cpu];
            if (first != NOT_SEEN && first > since && (overwritten || beganLate(first, eventsOfCpu[cpu]))) {
                since = first;
            }
        }
        return since;
    }

    private boolean beganLate(long first, long events) {
        double pause = (double) (lastNs - first) / events;
        return events >= ENOUGH_TO_TELL && first - firstNs > LONG_PAUSE * pause;
    }

    /** When events were lost last; never if they were not. */
    long lastLossNs() {
        return lastLossNs;
    }

    long firstNs() {
        return firstNs;
    }

    long lastNs() {
        return lastNs;
    }
}
