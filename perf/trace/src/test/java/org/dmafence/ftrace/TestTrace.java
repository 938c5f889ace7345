package org.dmafence.ftrace;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a trace line by line, a microsecond apart from 1 s on, and reads it back. */
final class TestTrace {
    static final long START_NS = 1_000_000_000L;

    private final StringBuilder text = new StringBuilder();
    private String task = "app-100";
    private long timeUs;

    static TestTrace of(String... events) {
        TestTrace trace = new TestTrace();
        for (String event : events) {
            trace.event(event);
        }
        return trace;
    }

    /** Writes {@code event} with the next time. */
    TestTrace event(String event) {
        return raw(String.format("%16s [000] .....     1.%06d: %s", task, timeUs++, event));
    }

    /** Lets {@code comm-pid} do what follows. */
    TestTrace by(String commAndPid) {
        task = commAndPid;
        return this;
    }

    TestTrace raw(String line) {
        text.append(line).append('\n');
        return this;
    }

    /** The time of the event line with that number, from 0. */
    static long at(int event) {
        return START_NS + event * 1_000L;
    }

    String text() {
        return text.toString();
    }

    List<TraceEvent> events() throws TraceFormatException {
        return events(text());
    }

    static List<TraceEvent> events(String text) throws TraceFormatException {
        List<TraceEvent> events = new ArrayList<>();
        try (TraceReader reader = reader(text)) {
            TraceEvent event;
            while ((event = reader.next()) != null) {
                events.add(event);
            }
        }
        return events;
    }

    static TraceReader reader(String text) throws TraceFormatException {
        return TraceReader.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "test.txt");
    }

    ReplayedTrace replay() throws TraceFormatException {
        return replay(TraceLimits.DEFAULT);
    }

    ReplayedTrace replay(TraceLimits limits) throws TraceFormatException {
        try (TraceReader reader = reader(text())) {
            return ReplayedTrace.of(reader, limits);
        }
    }
}
