package org.dmafence.ftrace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.StringPool;
import org.dmafence.capture.text.TextReader;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of fences and jobs out of a capture, one at a time.
 *
 * <p>Takes every format there is a {@link CaptureReader} of, recognised by its content, and wrapped as
 * {@link org.dmafence.capture.wrap.Unwrapper} describes. What is not understood is counted and warned about, never an
 * error; see {@link TraceFormatException} for what is.
 *
 * <p>Not thread-safe; closing closes the input.
 */
public final class TraceReader implements AutoCloseable {
    /** A file without a recognisable line in its first bytes is refused. */
    static final long RECOGNISE_WITHIN = TextReader.RECOGNISE_WITHIN;

    static final int LONGEST_LINE = TextReader.LONGEST_LINE;

    private static final String RECORD =
            "record with: trace-cmd record -e gpu_scheduler -e dma_fence, and name the trace.dat that it writes";

    private final String file;
    private final CaptureReader reader;
    private final String packing;
    private final WarningLog warnings;
    private final LineCounts counts = new LineCounts();
    private final EventCollector collector;
    private @Nullable Consumer<TraceEvent> witness;

    private TraceReader(String file, CaptureFormats.Opened opened, StringPool pool, boolean everything) {
        this.file = file;
        reader = opened.reader();
        packing = opened.packing();
        this.warnings = new WarningLog(file);
        collector = new EventCollector(new EventParser(pool), counts, warnings, everything);
    }

    /**
     * Opens a file, or standard input for {@code -}.
     *
     * @throws TraceFormatException missing, a directory, unreadable, empty, or not a capture
     */
    public static TraceReader open(Path path) throws TraceFormatException {
        return open(path, false);
    }

    /**
     * Opens a file, or standard input for {@code -}, for everything there is: {@link CpuEvent}s too.
     *
     * @throws TraceFormatException missing, a directory, unreadable, empty, or not a capture
     */
    public static TraceReader openAll(Path path) throws TraceFormatException {
        return open(path, true);
    }

    private static TraceReader open(Path path, boolean everything) throws TraceFormatException {
        String name = path.toString();
        if (name.equals("-")) {
            return of(System.in, null, "<stdin>", everything);
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
            return of(Files.newInputStream(path), path, name, everything);
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
            throw refused(name, 0, e);
        }
    }

    /**
     * Reads from a stream, which is closed with the reader, or here when it is refused.
     *
     * @param name what warnings and errors call it
     * @throws TraceFormatException unreadable, empty, or not a capture
     */
    public static TraceReader of(InputStream stream, String name) throws TraceFormatException {
        return of(stream, null, name, false);
    }

    /**
     * Reads from a stream, which is closed with the reader, or here when it is refused, for everything there is:
     * {@link CpuEvent}s too.
     *
     * @param name what warnings and errors call it
     * @throws TraceFormatException unreadable, empty, or not a capture
     */
    public static TraceReader ofAll(InputStream stream, String name) throws TraceFormatException {
        return of(stream, null, name, true);
    }

    private static TraceReader of(InputStream stream, @Nullable Path path, String name, boolean everything)
            throws TraceFormatException {
        StringPool pool = new StringPool();
        TraceFormatException refusal;
        try {
            return new TraceReader(name, CaptureFormats.open(stream, path, pool), pool, everything);
        } catch (IOException e) {
            refusal = refused(name, 0, e);
        }
        try {
            stream.close();
        } catch (IOException e) {
            refusal.addSuppressed(e);
        }
        throw refusal;
    }

    private static TraceFormatException refused(String name, long line, IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        TraceFormatException refusal = e instanceof CaptureException c
                ? new TraceFormatException(
                        problem(c.problem()), name, line, message, c.remedy().isEmpty() ? RECORD : c.remedy())
                : new TraceFormatException(
                        Problem.UNREADABLE,
                        name,
                        line,
                        "cannot be read: " + message,
                        "check the file and its permissions");
        refusal.initCause(e);
        return refusal;
    }

    private static Problem problem(CaptureException.Problem problem) {
        return switch (problem) {
            case EMPTY -> Problem.EMPTY;
            case BINARY -> Problem.BINARY;
            case NOT_A_CAPTURE -> Problem.NOT_A_TRACE;
            case DAMAGED -> Problem.UNREADABLE;
        };
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
        try {
            while (reader.advance(collector)) {
                TraceEvent event = collector.poll();
                if (event != null) {
                    return seen(event);
                }
            }
        } catch (IOException e) {
            throw refused(file, reader.position(), e);
        }
        TraceEvent last = collector.poll();
        if (last == null && counts.jobEvents + counts.fenceEvents == 0) {
            throw new TraceFormatException(
                    Problem.NO_EVENTS,
                    file,
                    reader.position(),
                    "has no event of a job or of a fence" + counts.instead(),
                    RECORD);
        }
        return last == null ? null : seen(last);
    }

    private TraceEvent seen(TraceEvent event) {
        if (witness != null) {
            witness.accept(event);
        }
        return event;
    }

    /** Shows each event to somebody who looks on, before {@link #next} returns it. */
    public void watch(Consumer<TraceEvent> onlooker) {
        witness = onlooker;
    }

    /** What the capture was recognised as, such as {@code trace.dat}. */
    public String format() {
        return CaptureFormats.name(reader);
    }

    /** What the capture is packed in, such as {@code zip}; empty if in nothing. */
    public String packing() {
        return packing;
    }

    /** The clock that its times are of, by the kernel's name for it; empty if it does not tell. */
    public String clock() {
        return reader.origin().clock();
    }

    /** The kernel that it was recorded on, as uname prints it; empty if it does not tell. */
    public String kernel() {
        return reader.origin().kernel();
    }

    /**
     * Since when every CPU that the capture tells of recorded, as far as was read: buffers of CPUs begin at different
     * times. The beginning where there is but one, or the capture does not tell of CPUs.
     */
    public long allCpusSinceNs() {
        return counts.allCpusSinceNs();
    }

    /** How many lines or records were read. */
    public long position() {
        return reader.position();
    }

    /** How many events the kernel says that it lost, at least, as far as was read. */
    public long lostEvents() {
        return counts.lostEvents();
    }

    /**
     * Since when nothing is missing, as far as was read: every CPU recorded, and the kernel lost no event. What is not
     * in the capture before that may have happened.
     */
    public long wholeSinceNs() {
        return Math.max(counts.allCpusSinceNs(), counts.lastLossNs());
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
            reader.close();
        } catch (IOException e) {
            throw refused(file, reader.position(), e);
        }
    }
}
