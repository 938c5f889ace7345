package org.dmafence.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.dmafence.report.WholeFile;
import org.dmafence.sched.SchedulerTraceListener;
import org.dmafence.sched.SchedulerTraceText;
import org.dmafence.sched.SchedulerTraceText.Dialect;
import org.jspecify.annotations.Nullable;

/** Writes a run's scheduler events as ftrace text, as a kernel would have. Events may come from any thread. */
final class TraceFile implements AutoCloseable {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final String HEADER =
            "# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n";

    private final Path path;
    private final Dialect dialect;
    private final WholeFile file;
    private final Writer writer;
    private @Nullable IOException failure;

    private TraceFile(Path path, Dialect dialect, WholeFile file, Writer writer) {
        this.path = path;
        this.dialect = dialect;
        this.file = file;
        this.writer = writer;
    }

    /**
     * Begins the file, which appears when it is committed.
     *
     * @throws BadInputException if that is not possible
     */
    static TraceFile create(Path path, Dialect dialect) throws BadInputException {
        try {
            WholeFile file = WholeFile.begin(path);
            Writer writer = new BufferedWriter(new OutputStreamWriter(file.stream(), StandardCharsets.US_ASCII));
            writer.write(HEADER);
            return new TraceFile(path, dialect, file, writer);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static BadInputException unwritable(Path path, IOException e) {
        return new BadInputException(
                "--trace-out " + path + " can't be written: " + WholeFile.reason(e)
                        + "; name a file that you may write, in a directory that there is",
                e);
    }

    /** Who writes the events of a run, with the times of its clock. */
    SchedulerTraceListener listener(NanoClock clock) {
        return new SchedulerTraceText(dialect, (event, fields) -> write(clock, event, fields));
    }

    private synchronized void write(NanoClock clock, String event, String fields) {
        if (failure != null) {
            return;
        }
        long nowNs = clock.nanoTime(); // within the lock, so that no line is older than the one before
        try {
            writer.write(String.format(
                    Locale.ROOT,
                    "        dmafence-1       [000] ..... %5d.%09d: %s: %s\n",
                    nowNs / SECOND_NS,
                    nowNs % SECOND_NS,
                    event,
                    fields));
        } catch (IOException e) {
            failure = e;
        }
    }

    /**
     * The run is over: puts the file in its place. Events that come later are dropped.
     *
     * @throws BadInputException if not all of it could be written
     */
    synchronized void commit() throws BadInputException {
        try {
            writer.flush();
            if (failure == null) {
                file.commit();
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            throw unwritable(path, failure);
        }
        failure = new IOException("complete");
    }

    /** Drops the file unless it was committed. */
    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Deleted when the process ends, or not at all.
        }
    }
}
