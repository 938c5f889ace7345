package org.dmafence.ftrace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmafence.capture.CaptureEvent;
import org.dmafence.capture.CaptureSink;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.jspecify.annotations.Nullable;

/** Makes {@link TraceEvent}s of what a reader shows, counts all the rest, and warns. */
final class EventCollector implements CaptureSink {
    private static final int MAX_SHOWN = 160;
    private static final Pattern LOST = Pattern.compile("LOST ([0-9]{1,18}) EVENTS");
    private static final Pattern OVERWRITTEN = Pattern.compile("([0-9]{1,18})/([0-9]{1,18})");

    private final EventParser parser;
    private final LineCounts counts;
    private final WarningLog warnings;
    private final boolean everything;
    private boolean brokenOff;
    private final ArrayDeque<TraceEvent> events = new ArrayDeque<>(2);

    /** @param everything whether {@link CpuEvent}s are wanted too */
    EventCollector(EventParser parser, LineCounts counts, WarningLog warnings, boolean everything) {
        this.parser = parser;
        this.counts = counts;
        this.warnings = warnings;
        this.everything = everything;
    }

    /** What was shown last; null if it was nothing of interest. */
    @Nullable TraceEvent poll() {
        return events.poll();
    }

    @Override
    public Verdict event(CaptureEvent event) {
        String name = event.name();
        if (EventParser.knows(name)) {
            brokenOff = event.to() > event.from() && event.bytes()[event.to() - 1] == ',';
            TraceEvent parsed = brokenOff ? null : parser.parse(event, stamp(event));
            if (parsed == null) {
                return Verdict.DAMAGED;
            }
            counts.known(name, parsed);
            return take(event, parsed);
        }
        TraceEvent beside = everything && CpuEvents.knows(name) ? parser.beside(event, stamp(event)) : null;
        if (beside != null) {
            counts.beside(name);
            return take(event, beside);
        }
        counts.line();
        counts.unknown(name.isEmpty() ? LineCounts.NO_NAME : name);
        clock(event);
        return Verdict.SKIPPED;
    }

    private static Stamp stamp(CaptureEvent event) {
        return new Stamp(event.position(), event.timeNs(), event.cpu(), event.pid(), event.task());
    }

    private Verdict take(CaptureEvent event, TraceEvent parsed) {
        counts.line();
        clock(event);
        events.add(parsed);
        return Verdict.TAKEN;
    }

    private void clock(CaptureEvent event) {
        if (!counts.clock(event.timeNs(), event.cpu())) {
            String shown = "";
            if (warnings.wantsText(TraceWarning.CLOCK_BACKWARDS)) {
                shown = event.fields() == null
                        ? event.name() + ": " + text(event.bytes(), event.from(), event.to())
                        : event.name();
            }
            warnings.add(TraceWarning.CLOCK_BACKWARDS, event.position(), shown);
        }
    }

    @Override
    public String reason() {
        return brokenOff ? "ends in a comma" : parser.reason();
    }

    @Override
    public void note(Note note, long position, String reason, byte[] bytes, int from, int to) {
        switch (note) {
            case COMMENT -> counts.comments++;
            case BLANK -> counts.blank++;
            case REMARK -> counts.notes++;
            case LOST -> lost(position, reason, bytes, from, to);
            case MALFORMED -> {
                counts.malformed(reason);
                warn(TraceWarning.MALFORMED_LINE, position, reason, bytes, from, to);
            }
            case UNEXPLAINED -> {
                counts.unexplained++;
                warn(TraceWarning.UNEXPLAINED_LINE, position, reason, bytes, from, to);
            }
            case CUT -> {
                warnings.add(TraceWarning.INPUT_CUT, position, reason);
                return;
            }
        }
        if (note != Note.LOST || reason.isEmpty()) {
            counts.line();
        }
    }

    /** With a reason it is a comment that was counted as such. */
    private void lost(long position, String reason, byte[] bytes, int from, int to) {
        if (reason.isEmpty()) {
            counts.lostNotes++;
            counts.lost(number(LOST, text(bytes, from, to)));
        } else {
            counts.overwritten(number(OVERWRITTEN, text(bytes, from, to)));
        }
        warn(TraceWarning.LOST_EVENTS, position, reason, bytes, from, to);
    }

    /** How many events a note says that were lost; one where it does not say. */
    private static long number(Pattern form, String note) {
        Matcher found = form.matcher(note);
        if (!found.find()) {
            return 1;
        }
        long first = Long.parseLong(found.group(1));
        return found.groupCount() == 1 ? first : Math.max(1, Long.parseLong(found.group(2)) - first);
    }

    private void warn(TraceWarning kind, long position, String reason, byte[] bytes, int from, int to) {
        String shown = "";
        if (warnings.wantsText(kind)) {
            String text = text(bytes, from, Math.min(to, from + MAX_SHOWN)).strip();
            shown = reason.isEmpty() ? text : text.isEmpty() ? reason : reason + ": " + text;
        }
        warnings.add(kind, position, shown);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, Math.min(to - from, MAX_SHOWN), StandardCharsets.UTF_8);
    }
}
