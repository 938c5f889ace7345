package org.dmafence.capture.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.dmafence.capture.CaptureEvent;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.CaptureSink;
import org.dmafence.capture.CaptureSink.Note;
import org.dmafence.capture.CaptureSink.Verdict;
import org.dmafence.capture.StringPool;

/**
 * Reads the lines of a capture in text. What is not understood is noted, never an error; what is no capture at all is
 * refused once {@link #RECOGNISE_WITHIN} bytes went by without a line of one.
 *
 * <p>A line that breaks off is joined with the next if that is no line of its own. What follows an event nobody knows,
 * and is no line of its own, belongs to it.
 */
public final class TextReader implements CaptureReader {
    /** A file without a recognisable line in its first bytes is refused. */
    public static final long RECOGNISE_WITHIN = 256 * 1024;

    /** The same for a web page, whose scripts may stand in front of the capture. */
    private static final long RECOGNISE_PAGE_WITHIN = 64 << 20;

    /** What exceeds it is dropped. */
    public static final int LONGEST_LINE = LineSource.BUFFER;

    private static final String CUT = "cut off at the end of the file";

    private final LineSource lines;
    private final StringPool pool;
    private final LineParser parser = new LineParser();
    private final CaptureEvent event = new CaptureEvent();
    private final HeldLine held = new HeldLine();
    private final LineParser again = new LineParser();

    /** Whether the held line may be whole by itself. */
    private boolean heldWhole;

    private boolean recognised;
    private boolean page;
    private boolean encoded;
    private boolean afterUnknown;
    private boolean cutReported;
    private long oddCharacters;
    private long characters;

    private TextReader(LineSource lines, StringPool pool) {
        this.lines = lines;
        this.pool = pool;
    }

    /**
     * Reads from a stream, which is closed with the reader, and the caller's to close when it is refused.
     *
     * @throws CaptureException empty, or not text
     */
    public static TextReader of(InputStream in, StringPool pool) throws IOException {
        LineSource lines = new LineSource(in);
        int available = lines.peek();
        Charset wide = Utf16.of(lines.bytes(), available);
        if (wide != null) {
            lines = new LineSource(new Utf16(lines.unread(), wide));
            available = lines.peek();
        }
        if (QuotedPrintable.isUsed(lines.bytes(), available)) {
            lines = new LineSource(new QuotedPrintable(lines.unread()));
            available = lines.peek();
        }
        if (available == 0) {
            throw new CaptureException(Problem.EMPTY, "is empty", "");
        }
        if (hasNul(lines.bytes(), available)) {
            throw new CaptureException(Problem.BINARY, "is binary", "");
        }
        return new TextReader(lines, pool);
    }

    /** Whether a text that begins so has a line of a capture, or is a web page that may have one. */
    public static boolean recognises(byte[] beginning, int length) {
        if (Utf16.of(beginning, length) != null) {
            return true;
        }
        LineParser parser = new LineParser();
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (beginning[i] == '\n') {
                if (parser.parse(beginning, from, i) == LineParser.Kind.EVENT || parser.traceHeader || parser.page) {
                    return true;
                }
                from = i + 1;
            }
        }
        return from < length && parser.parse(beginning, from, length) == LineParser.Kind.EVENT;
    }

    private static boolean hasNul(byte[] bytes, int to) {
        // Only at the front: a machine that went down may leave zeros at the end of a perfectly good trace.
        for (int i = 0; i < Math.min(to, 4096); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean advance(CaptureSink sink) throws IOException {
        if (!lines.next()) {
            giveUp(sink);
            if (lines.inputCut() && !cutReported) {
                cutReported = true;
                sink.note(Note.CUT, lines.line(), "the compressed data ends here", lines.bytes(), 0, 0);
            }
            if (!recognised) {
                throw notACapture();
            }
            return false;
        }
        line(sink);
        if (!recognised && lines.consumed() > (page ? RECOGNISE_PAGE_WITHIN : RECOGNISE_WITHIN)) {
            throw notACapture();
        }
        return true;
    }

    private void line(CaptureSink sink) {
        LineParser.Kind kind = parser.parse(lines.bytes(), lines.from(), lines.to());
        recognised |= parser.traceHeader;
        page |= parser.page;
        if (lines.tooLong()) {
            giveUp(sink);
            note(sink, page ? Note.REMARK : Note.UNEXPLAINED, "longer than " + LineSource.BUFFER + " bytes");
            return;
        }
        if (kind == LineParser.Kind.EVENT || kind == LineParser.Kind.MALFORMED || kind == LineParser.Kind.UNEXPLAINED) {
            kind = decoded(kind);
        }
        if (kind == LineParser.Kind.UNEXPLAINED) {
            unexplained(sink);
            return;
        }
        giveUp(sink);
        boolean known = !afterUnknown;
        afterUnknown = false;
        switch (kind) {
            case BLANK -> {
                note(sink, Note.BLANK, "");
                afterUnknown = !known;
            }
            case COMMENT -> comment(sink);
            case NOTE -> note(sink, Note.REMARK, "");
            case LOST -> note(sink, Note.LOST, "");
            case MALFORMED -> hold(parser.reason);
            default -> event(sink);
        }
    }

    /**
     * A web page's way to write some characters, and a terminal's to show colours, are seen in the comm first; from
     * then on every line is looked through. So is one that can't be read otherwise.
     */
    private LineParser.Kind decoded(LineParser.Kind kind) {
        boolean event = kind == LineParser.Kind.EVENT;
        if (!encoded && event) {
            Front front = parser.front;
            encoded = Wrapping.isEncoded(parser.bytes, front.commFrom, Math.min(front.commTo, parser.to));
        }
        boolean odd = !event && Wrapping.hasOdd(parser.bytes, parser.start, parser.to);
        if ((!encoded && !odd) || !parser.decode()) {
            return kind;
        }
        byte[] bytes = parser.bytes;
        return parser.parse(bytes, 0, parser.to);
    }

    private void comment(CaptureSink sink) {
        note(sink, Note.COMMENT, "");
        if (parser.bufferOf >= 0) {
            sink.bufferBegins(parser.bufferOf);
        }
        if (parser.overwritten > 0) {
            note(sink, Note.LOST, "overwritten before the first line");
        }
    }

    private void event(CaptureSink sink) {
        recognised = true;
        if (lines.nextGoesOn()) {
            hold("goes on in the next line");
            heldWhole = true;
            return;
        }
        switch (show(sink, lines.line(), parser)) {
            case TAKEN -> {}
            case SKIPPED -> afterUnknown = true;
            case DAMAGED -> hold(sink.reason());
        }
    }

    private Verdict show(CaptureSink sink, long line, LineParser parsed) {
        byte[] bytes = parsed.bytes;
        Front front = parsed.front;
        boolean named = parsed.argsFrom != parsed.nameTo && parsed.nameFrom != parsed.nameTo;
        String name = named ? pool.get(bytes, parsed.nameFrom, parsed.nameTo) : "";
        String task = pool.get(bytes, front.commFrom, front.commTo);
        event.stamp(line, front.time.ns, front.cpu, front.pid, task).text(name, bytes, parsed.argsFrom, parsed.to);
        return sink.event(event);
    }

    /** What looked broken may have been whole, with something else behind it. */
    private void giveUp(CaptureSink sink) {
        if (held.isEmpty()) {
            return;
        }
        boolean whole = heldWhole
                && again.parse(held.bytes(), 0, held.firstLength()) == LineParser.Kind.EVENT
                && show(sink, held.line(), again) != Verdict.DAMAGED;
        held.giveUp(sink, whole);
    }

    private void hold(String reason) {
        recognised = true;
        heldWhole = false;
        held.hold(lines.line(), reason, parser.bytes, parser.start, parser.to);
    }

    private void unexplained(CaptureSink sink) {
        if (!held.isEmpty()) {
            if (!held.isFull() && goesOn(sink)) {
                return;
            }
            giveUp(sink);
        }
        if (!lines.terminated() && recognised) {
            note(sink, Note.MALFORMED, CUT);
        } else if (afterUnknown || page) {
            note(sink, Note.REMARK, "");
        } else {
            note(sink, Note.UNEXPLAINED, "");
            countCharacters();
        }
    }

    /** Whether the line is the rest of the one that is held, or may be a part of it. */
    private boolean goesOn(CaptureSink sink) {
        held.add(parser.bytes, parser.start, parser.to);
        if (lines.nextGoesOn() || parser.parse(held.bytes(), 0, held.length()) != LineParser.Kind.EVENT) {
            return true;
        }
        Verdict verdict = show(sink, held.line(), parser);
        if (verdict != Verdict.DAMAGED) {
            held.joined(sink);
            afterUnknown = verdict == Verdict.SKIPPED;
        }
        return true;
    }

    private void countCharacters() {
        if (!recognised) {
            String text = new String(lines.bytes(), lines.from(), lines.to() - lines.from(), StandardCharsets.UTF_8);
            characters += text.length();
            oddCharacters += text.chars()
                    .filter(c -> c == 0xfffd || (c < ' ' && c != '\t' && c != '\f' && c != 0x1b))
                    .count();
        }
    }

    private void note(CaptureSink sink, Note note, String reason) {
        sink.note(note, lines.line(), reason, lines.bytes(), lines.from(), lines.to());
    }

    private CaptureException notACapture() {
        return oddCharacters * 3 > characters
                ? new CaptureException(Problem.BINARY, "is binary", "")
                : new CaptureException(Problem.NOT_A_CAPTURE, "no line so far is one of ftrace's", "");
    }

    @Override
    public long position() {
        return lines.line();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
