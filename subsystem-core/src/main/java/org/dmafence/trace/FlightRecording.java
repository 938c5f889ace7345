package org.dmafence.trace;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import jdk.jfr.Recording;

/**
 * Records the life of fences and jobs, and the waits for them, into a file that {@code dmafence inspect} reads like a
 * kernel's capture. What is recorded is that of the whole process, whichever subsystem it belongs to; while no
 * recording runs, it costs nothing.
 *
 * <p>The file appears, whole, when the recording is closed. {@link #dump} writes what there is so far, such as after an
 * incident, and the recording goes on. What was there before is replaced. Any thread.
 */
public final class FlightRecording implements AutoCloseable {
    private static final String[] EVENTS = {
        "dmafence.FenceInit",
        "dmafence.FenceEmit",
        "dmafence.FenceEnableSignal",
        "dmafence.FenceSignaled",
        "dmafence.FenceDestroy",
        "dmafence.FenceWait",
        "dmafence.JobQueue",
        "dmafence.JobDependency",
        "dmafence.JobRun",
        "dmafence.JobDone",
        "jdk.DataLoss"
    };

    private final Path file;
    private final Recording recording;
    private boolean closed;

    private FlightRecording(Path file, Recording recording) {
        this.file = file;
        this.recording = recording;
    }

    /** Whether this JVM has a flight recorder: not every image has one. */
    public static boolean isAvailable() {
        return FenceRecorder.isAvailable();
    }

    /**
     * Begins to record.
     *
     * @param file where to; its directory must exist
     * @param limits how much of the past is kept
     * @throws UnsupportedOperationException if the JVM has no flight recorder
     * @throws IOException if the file can't be written there; names it
     */
    public static FlightRecording begin(Path file, RecordingLimits limits) throws IOException {
        Objects.requireNonNull(limits, "limits");
        if (!isAvailable()) {
            throw new UnsupportedOperationException(
                    "this JVM has no flight recorder; add the module jdk.jfr to its image");
        }
        Path target = file.toAbsolutePath();
        check(target);
        Recording recording = new Recording();
        try {
            recording.setName("dmafence");
            recording.setToDisk(true);
            recording.setMaxSize(limits.maxBytes());
            recording.setMaxAge(limits.maxAge());
            for (String event : EVENTS) {
                recording.enable(event).withoutThreshold();
            }
            recording.start();
        } catch (RuntimeException | Error e) {
            recording.close();
            throw e;
        }
        return new FlightRecording(target, recording);
    }

    /** Before the work is done, not after it. */
    private static void check(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent(), "directory");
        if (!Files.isDirectory(directory)) {
            throw Files.exists(directory)
                    ? new NotDirectoryException(directory.toString())
                    : new NoSuchFileException(directory.toString());
        }
        if (Files.isDirectory(file)) {
            throw new AccessDeniedException(file.toString(), null, "is a directory");
        }
        if (!Files.isWritable(directory) || (Files.exists(file) && !Files.isWritable(file))) {
            throw new AccessDeniedException(file.toString());
        }
    }

    /** Where it is written to. */
    public Path file() {
        return file;
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Writes what was recorded so far; nothing once it was closed.
     *
     * @throws IOException if it can't; what was there before stays
     */
    public synchronized void dump() throws IOException {
        if (!closed) {
            write();
        }
    }

    /**
     * Ends the recording and writes it.
     *
     * @throws IOException if it can't be written; what was there before stays, and what was recorded is lost
     */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            recording.stop();
            write();
        } catch (IllegalStateException e) { // the JVM is ending, or somebody else stopped it
            throw new IOException(file + ": the recording was ended by others: " + e.getMessage(), e);
        } finally {
            recording.close();
        }
    }

    private void write() throws IOException {
        Path whole = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".tmp");
        try {
            recording.dump(whole);
            try {
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(whole);
        }
    }
}
