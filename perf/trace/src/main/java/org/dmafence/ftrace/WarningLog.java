package org.dmafence.ftrace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts warnings and keeps the first few of each kind as text. */
final class WarningLog {
    static final int EXAMPLES = 5;

    private final String file;
    private final Map<TraceWarning, Tally> tallies = new EnumMap<>(TraceWarning.class);

    WarningLog(String file) {
        this.file = file;
    }

    /** Whether the text of another warning of this kind would be kept; spares callers the formatting. */
    boolean wantsText(TraceWarning kind) {
        Tally tally = tallies.get(kind);
        return tally == null || tally.examples.size() < EXAMPLES;
    }

    void add(TraceWarning kind, long line, String text) {
        Tally tally = tallies.computeIfAbsent(kind, k -> new Tally());
        tally.count++;
        if (tally.examples.size() < EXAMPLES) {
            tally.examples.add(file + ":" + line + ": " + text);
        }
    }

    Map<TraceWarning, TraceSummary.WarningCount> counts() {
        Map<TraceWarning, TraceSummary.WarningCount> counts = new EnumMap<>(TraceWarning.class);
        tallies.forEach((kind, tally) ->
                counts.put(kind, new TraceSummary.WarningCount(tally.count, List.copyOf(tally.examples))));
        return Collections.unmodifiableMap(counts);
    }

    private static final class Tally {
        private long count;
        private final List<String> examples = new ArrayList<>(EXAMPLES);
    }
}
