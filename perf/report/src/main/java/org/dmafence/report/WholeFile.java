package org.dmafence.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A file that somebody reads whole or not at all: it is written beside its place and moved there when it is complete.
 * What was there before stays until then, and for good if the work fails, the disk is full or the process is ended by a
 * signal.
 *
 * <p>A device or a pipe has no place to move to and is written as it is. A file that nobody may write is not replaced,
 * although a move would succeed. Used by one thread.
 */
public final class WholeFile implements AutoCloseable {
    private static final AtomicLong BEGUN = new AtomicLong();

    private final Path target;
    private final @Nullable Path temporary;
    private final OutputStream stream;
    private boolean closed;

    private WholeFile(Path target, @Nullable Path temporary, OutputStream stream) {
        this.target = target;
        this.temporary = temporary;
        this.stream = stream;
    }

    /**
     * Begins a file: makes sure that it can be written before the work is done.
     *
     * @throws IOException that names the file and the reason
     */
    public static WholeFile begin(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (Files.exists(real)) {
            if (!Files.isRegularFile(real)) {
                return new WholeFile(real, null, buffered(Files.newOutputStream(real, StandardOpenOption.WRITE)));
            }
            checkWritable(real);
        }
        Path temporary = real.resolveSibling("." + real.getFileName() + "."
                + ProcessHandle.current().pid() + "." + BEGUN.incrementAndGet() + ".tmp");
        OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW);
        temporary.toFile().deleteOnExit(); // what a signal or a failure leaves
        return new WholeFile(real, temporary, buffered(out));
    }

    private static OutputStream buffered(OutputStream out) {
        return new BufferedOutputStream(out);
    }

    /** Root may write everything, and would replace what its owner has protected. */
    private static void checkWritable(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        Set<PosixFilePermission> permissions =
                view == null ? null : view.readAttributes().permissions();
        boolean protectedByAll = permissions != null
                && !permissions.contains(PosixFilePermission.OWNER_WRITE)
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
        if (protectedByAll || !Files.isWritable(file)) {
            throw new AccessDeniedException(file.toString(), null, "is write-protected");
        }
    }

    /** Writes a text in UTF-8 at once, whole or not at all. */
    public static void write(Path file, String text) throws IOException {
        try (WholeFile whole = begin(file)) {
            whole.stream().write(text.getBytes(StandardCharsets.UTF_8));
            whole.commit();
        }
    }

    /** Where the content goes. Closing it does no more than {@link #commit} does. */
    public OutputStream stream() {
        return stream;
    }

    /** The content is complete: puts the file in its place. */
    public void commit() throws IOException {
        closed = true;
        stream.close();
        Path written = temporary;
        if (written == null) {
            return;
        }
        keepPermissions(written);
        try {
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(written, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void keepPermissions(Path written) throws IOException {
        PosixFileAttributeView before =
                Files.getFileAttributeView(target, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributeView after = Files.getFileAttributeView(written, PosixFileAttributeView.class);
        if (Files.exists(target) && before != null && after != null) {
            after.setPermissions(before.readAttributes().permissions());
        }
    }

    /** Drops what was not committed. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            try {
                stream.close();
            } finally {
                if (temporary != null) {
                    Files.deleteIfExists(temporary);
                }
            }
        } else if (temporary != null) {
            Files.deleteIfExists(temporary); // left by a commit that failed
        }
    }

    /** Why a file can't be written, in a few words for a message that names the file itself. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such directory";
        }
        if (e instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason();
        }
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
