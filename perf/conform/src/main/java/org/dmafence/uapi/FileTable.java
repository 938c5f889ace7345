package org.dmafence.uapi;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file descriptors of a process: small numbers for open files. Kernel counterpart: {@code struct files_struct}.
 *
 * <p>Numbers start at {@value #FIRST} (0 to 2 are taken in any process) and the lowest free one is used. Every method
 * may be called from any thread and none blocks. Tables may share files: take one {@linkplain #hold out of the one},
 * retain it and {@linkplain #install install} it in the other, as sending a descriptor over a socket does.
 */
public final class FileTable {
    /** The lowest descriptor that is handed out. */
    public static final int FIRST = 3;

    /** How many descriptors a process may have, as {@code RLIMIT_NOFILE} is on most machines. */
    public static final int DEFAULT_LIMIT = 1024;

    private static final int INITIAL_CAPACITY = 16;

    private final int limit;

    /** Guarded by this, as is the other; never held while a file is released. */
    private @Nullable OpenFile[] files = new @Nullable OpenFile[INITIAL_CAPACITY];

    private boolean[] taken = new boolean[INITIAL_CAPACITY];

    private FileTable(int limit) {
        this.limit = limit;
    }

    /** A table with room for {@value #DEFAULT_LIMIT} descriptors. */
    public static FileTable create() {
        return new FileTable(DEFAULT_LIMIT);
    }

    /** A table that hands out descriptors below a limit. */
    public static FileTable withLimit(int limit) {
        return new FileTable(limit);
    }

    /**
     * Reserves the lowest free number; until a file is installed it is a bad descriptor to everybody. Kernel
     * counterpart: {@code get_unused_fd_flags()}.
     *
     * @return the number, or {@code -EMFILE}
     */
    public synchronized int reserve() {
        int fd = FIRST;
        while (fd < taken.length && taken[fd]) {
            fd++;
        }
        if (fd >= limit) {
            return Errno.EMFILE;
        }
        if (fd == taken.length) {
            boolean[] moreTaken = Arrays.copyOf(taken, fd * 2); // both may fail, so they come before the change
            files = Arrays.copyOf(files, fd * 2);
            taken = moreTaken;
        }
        taken[fd] = true;
        return fd;
    }

    /** Gives back a number that was reserved and not installed. Kernel counterpart: {@code put_unused_fd()}. */
    public synchronized void unreserve(int fd) {
        checkReserved(fd);
        taken[fd] = false;
    }

    /**
     * Puts a file behind a reserved number; the caller's reference becomes the table's. Kernel counterpart:
     * {@code fd_install()}.
     *
     * @throws IllegalStateException if the number is not reserved; the caller then keeps the reference
     */
    public synchronized void install(int fd, OpenFile file) {
        Objects.requireNonNull(file, "file");
        checkReserved(fd);
        files[fd] = file;
    }

    /**
     * Reserves and installs in one.
     *
     * @param file the caller's reference becomes the table's, and is dropped if there is no room
     * @return the number, or {@code -EMFILE}
     */
    public int install(OpenFile file) {
        try (ReservedFd fd = new ReservedFd(this)) {
            if (fd.number() < 0) {
                file.release();
            } else {
                fd.install(file);
            }
            return fd.number();
        }
    }

    /**
     * Another number for the same open file. Kernel counterpart: {@code dup()}.
     *
     * @return the number, {@code -EBADF} or {@code -EMFILE}
     */
    public synchronized int dup(int fd) {
        OpenFile file = at(fd);
        if (file == null || !file.tryRetain()) {
            return Errno.EBADF;
        }
        int other = reserve();
        if (other < 0) {
            file.release(); // not the last: the table has one
        } else {
            install(other, file);
        }
        return other;
    }

    /**
     * Closes a descriptor; the file is closed with its last one, or when the last call in it returns.
     *
     * @return 0 or {@code -EBADF}
     */
    public int close(int fd) {
        OpenFile file;
        synchronized (this) {
            file = at(fd);
            if (file == null) {
                return Errno.EBADF;
            }
            files[fd] = null;
            taken[fd] = false;
        }
        file.release();
        return 0;
    }

    /** Closes everything, as the end of a process does, in ascending order. */
    public void closeAll() {
        int end;
        synchronized (this) {
            end = files.length;
        }
        for (int fd = FIRST; fd < end; fd++) {
            close(fd);
        }
    }

    /**
     * The file behind a descriptor, with a reference for the caller. Kernel counterpart: {@code fget()}.
     *
     * @return {@code null} for a bad descriptor
     */
    public synchronized @Nullable OpenFile get(int fd) {
        OpenFile file = at(fd);
        return file != null && file.tryRetain() ? file : null;
    }

    /**
     * The object behind a descriptor, if it is of the given class, held for the length of a call.
     *
     * @return {@code null} for a bad descriptor and for a file of another kind
     */
    public <T> @Nullable HeldFile<T> hold(int fd, Class<T> type) {
        OpenFile file = get(fd);
        if (file == null) {
            return null;
        }
        boolean held = false;
        try {
            Object object = file.object();
            held = type.isInstance(object);
            return held ? new HeldFile<>(file, type.cast(object)) : null;
        } finally {
            if (!held) {
                file.release();
            }
        }
    }

    /** How many descriptors are open. */
    public synchronized int size() {
        int open = 0;
        for (OpenFile file : files) {
            if (file != null) {
                open++;
            }
        }
        return open;
    }

    private @Nullable OpenFile at(int fd) {
        return fd < 0 || fd >= files.length ? null : files[fd];
    }

    private void checkReserved(int fd) {
        if (fd < 0 || fd >= taken.length || !taken[fd] || files[fd] != null) {
            throw new IllegalStateException("descriptor " + fd + " is not reserved; call reserve() first");
        }
    }
}
