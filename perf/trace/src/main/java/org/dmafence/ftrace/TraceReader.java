package org.dmafence.ftrace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of fences and jobs out of ftrace text, one at a time.
 *
 * <p>Takes what the kernel prints ({@code trace}, {@code trace_pipe}) and what {@code trace-cmd report} prints, with or
 * without flag characters and tgid column, LF or CRLF, plain or gzip (recognised by its content). Lines that are not
 * understood are counted and warned about, never an error; see {@link TraceFormatException} for what is.
 *
 * <p>Not thread-safe; closing closes the input.
 */
public final class TraceReader implements AutoCloseable {
    /** A file without a recognisable line in its first bytes is refused. */
    static final long RECOGNISE_WITHIN = 256 * 1024;

    private static final String RECORD =
            "record with: trace-cmd record -e gpu_scheduler -e dma_fence, then: " + "trace-cmd report > trace.txt";
    private static final int MAX_SHOWN = 160;

    private final String file;
    private final LineSource lines;
    private final LineParser parser = new LineParser();
    private final StringPool pool = new StringPool();
    private final EventParser events = new EventParser(pool);
    private final WarningLog warnings;
    private final LineCounts counts = new LineCounts();
    private boolean recognised;
    private long oddCharacters;
    private long characters;
    private boolean cutReported;

    private TraceReader(String file, LineSource lines) {
        this.file = file;
        this.lines = lines;
        this.warnings = new WarningLog(file);
    }

    /**
     * Opens a file, or standard input for {@code -}.
     *
     * @throws TraceFormatException missing, a directory, unreadable, empty, or not text
     */
    public static TraceReader open(Path path) throws TraceFormatException {
        String name = path.toString();
        if (name.equals("-")) {
            return of(System.in, "<stdin>");
        }
        if (Files.isDirectory(path)) {
            throw new TraceFormatException(
                    Problem.DIRECTORY,
                    name,
                    0,
                    "is a directory",
                    "name a trace file, such as " + path.resolve("trace"));
        }
        try {
            return of(Files.newInputStream(path), name);
        } catch (NoSuchFileException e) {
            throw new TraceFormatException(Problem.MISSING, name, 0, "no such file", "check the path");
        } catch (AccessDeniedException e) {
            throw new TraceFormatException(
                    Problem.UNREADABLE,
                    name,
                    0,
                    "permission denied",
                    "make it readable, or pass its content on stdin as -");
        } catch (IOException e) {
            throw unreadable(name, 0, e);
        }
    }

    /**
     * Reads from a stream, which is closed with the reader, or here when it is refused.
     *
     * @param name what warnings and errors call it
     * @throws TraceFormatException unreadable, empty, or not text
     */
    public static TraceReader of(InputStream stream, String name) throws TraceFormatException {
        LineSource lines = null;
        TraceFormatException refusal;
        try {
            BufferedInputStream in = new BufferedInputStream(stream);
            in.mark(2);
            boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            lines = new LineSource(gzip ? new GZIPInputStream(in, 64 * 1024) : in);
            int available = lines.peek();
            if (available > 0 && !hasNul(lines.bytes(), available)) {
                return new TraceReader(name, lines);
            }
            refusal = available > 0 ? binary(name, 0) : empty(name, gzip);
        } catch (IOException e) {
            refusal = unreadable(name, 0, e);
        }
        try {
            stream.close();
        } catch (IOException e) {
            refusal.addSuppressed(e);
        }
        throw refusal;
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

    private static TraceFormatException empty(String name, boolean gzip) {
        return new TraceFormatException(
                Problem.EMPTY, name, 0, gzip ? "nothing is in this gzip file" : "is empty", RECORD);
    }

    private static TraceFormatException binary(String name, long line) {
        return new TraceFormatException(
                Problem.BINARY,
                name,
                line,
                "is binary, not ftrace text",
                "a trace.dat is turned into text by: trace-cmd report trace.dat > trace.txt");
    }

    private static TraceFormatException unreadable(String name, long line, IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        TraceFormatException refusal = new TraceFormatException(
                Problem.UNREADABLE, name, line, "cannot be read: " + message, "check the file and its permissions");
        refusal.initCause(e);
        return refusal;
    }

    /** The input as the user named it. */
    public String file() {
        return file;
    }

    /**
     * The next event of a fence, a job or a software timeline; null at the end.
     *
     * @throws TraceFormatException reading fails, or it turns out that the input is no usable trace
     */
    public @Nullable TraceEvent next() throws TraceFormatException {
        while (advance()) {
            TraceEvent event = line();
            if (event != null) {
                return event;
            }
            if (!recognised && lines.consumed() > RECOGNISE_WITHIN) {
                throw notATrace();
            }
        }
        if (!recognised) {
            throw notATrace();
        }
        if (counts.jobEvents + counts.fenceEvents == 0) {
            throw new TraceFormatException(
                    Problem.NO_EVENTS, file, lines.line(), "has no event of a job or of a fence", RECORD);
        }
        return null;
    }

    private boolean advance() throws TraceFormatException {
        boolean more;
        try {
            more = lines.next();
        } catch (IOException e) {
            throw unreadable(file, lines.line(), e);
        }
        if (!more && lines.inputCut() && !cutReported) {
            cutReported = true;
            warnings.add(TraceWarning.INPUT_CUT, lines.line(), "the compressed data ends here");
        }
        return more;
    }

    private @Nullable TraceEvent line() {
        counts.total++;
        LineParser.Kind kind = parser.parse(lines.bytes(), lines.from(), lines.to());
        recognised |= parser.traceHeader;
        if (lines.tooLong()) {
            unexplained("longer than " + LineSource.BUFFER + " bytes");
            return null;
        }
        switch (kind) {
            case BLANK -> counts.blank++;
            case COMMENT -> counts.comments++;
            case NOTE -> counts.notes++;
            case LOST -> {
                counts.lostNotes++;
                warn(TraceWarning.LOST_EVENTS, "");
            }
            case MALFORMED -> malformed(parser.reason);
            case UNEXPLAINED -> {
                if (!lines.terminated() && recognised) {
                    malformed("cut off at the end of the file");
                } else {
                    unexplained("");
                }
            }
            case EVENT -> {
                return event();
            }
        }
        return null;
    }

    private @Nullable TraceEvent event() {
        recognised = true;
        byte[] bytes = lines.bytes();
        String name = parser.argsFrom == parser.nameTo || parser.nameFrom == parser.nameTo
                ? LineCounts.NO_NAME
                : pool.get(bytes, parser.nameFrom, parser.nameTo);
        if (!counts.clock(parser.timeNs)) {
            warn(TraceWarning.CLOCK_BACKWARDS, "");
        }
        if (!EventParser.knows(name)) {
            counts.unknown(name);
            return null;
        }
        String task = pool.get(bytes, parser.commFrom, parser.commTo);
        Stamp stamp = new Stamp(lines.line(), parser.timeNs, parser.cpu, parser.pid, task);
        TraceEvent event = events.parse(name, stamp, bytes, parser.argsFrom, lines.to());
        if (event == null) {
            malformed(events.reason());
        } else {
            counts.known(name, event);
        }
        return event;
    }

    private void malformed(String reason) {
        recognised = true;
        counts.malformed++;
        warn(TraceWarning.MALFORMED_LINE, reason);
    }

    private void unexplained(String reason) {
        counts.unexplained++;
        warn(TraceWarning.UNEXPLAINED_LINE, reason);
        if (!recognised) {
            String text = text(lines.from(), lines.to());
            characters += text.length();
            oddCharacters += text.chars()
                    .filter(c -> c == 0xfffd || (c < ' ' && c != '\t' && c != '\f' && c != 0x1b))
                    .count();
        }
    }

    private void warn(TraceWarning kind, String reason) {
        String shown = "";
        if (warnings.wantsText(kind)) {
            int to = Math.min(lines.to(), lines.from() + MAX_SHOWN);
            shown = (reason.isEmpty() ? "" : reason + ": ")
                    + text(lines.from(), to).strip();
        }
        warnings.add(kind, lines.line(), shown);
    }

    private String text(int from, int to) {
        return new String(lines.bytes(), from, to - from, StandardCharsets.UTF_8);
    }

    private TraceFormatException notATrace() {
        if (oddCharacters * 3 > characters) {
            return binary(file, lines.line());
        }
        return new TraceFormatException(
                Problem.NOT_A_TRACE, file, lines.line(), "no line so far is one of ftrace's", RECORD);
    }

    WarningLog warnings() {
        return warnings;
    }

    LineCounts counts() {
        return counts;
    }

    @Override
    public void close() throws TraceFormatException {
        try {
            lines.close();
        } catch (IOException e) {
            throw unreadable(file, lines.line(), e);
        }
    }
}
