package org.dmafence.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.dmafence.report.WholeFile;
import org.jspecify.annotations.Nullable;

/** What {@code --perfetto} names. It is begun before the work is done, and appears when it is complete. */
final class TracksFile implements AutoCloseable {
    private final Path path;
    private final WholeFile file;

    private TracksFile(Path path, WholeFile file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Begins it, if there is to be one.
     *
     * @throws BadInputException if it can't be written
     */
    static @Nullable TracksFile open(@Nullable Path path) throws BadInputException {
        if (path == null) {
            return null;
        }
        try {
            return new TracksFile(path, WholeFile.begin(path));
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static BadInputException unwritable(Path path, IOException e) {
        return new BadInputException(
                "--perfetto " + path + " can't be written: " + WholeFile.reason(e)
                        + "; name a file that you may write, in a directory that there is",
                e);
    }

    OutputStream stream() {
        return file.stream();
    }

    /** Writes all of it, and puts it in its place. */
    static void write(@Nullable TracksFile tracks, Consumer<OutputStream> writer) throws BadInputException {
        if (tracks != null) {
            try {
                writer.accept(tracks.stream());
            } catch (UncheckedIOException e) {
                throw unwritable(tracks.path, Objects.requireNonNull(e.getCause()));
            }
            tracks.commit();
        }
    }

    /** Puts it in its place. */
    void commit() throws BadInputException {
        try {
            file.commit();
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** Drops it unless it was committed. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Deleted when the process ends, or not at all.
        }
    }
}
