package org.dmafence.uapi;

import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceReporter;
import org.jspecify.annotations.Nullable;

/**
 * An open file: what a file descriptor stands for, shared by all its duplicates. Kernel counterpart:
 * {@code struct file} with its {@code file_operations}.
 *
 * <p>Counts references; a new one has one, which {@link FileTable#install} takes over. Every method may be called from
 * any thread while the caller holds a reference.
 */
public abstract class OpenFile {
    /** There is something to read: {@code POLLIN}. */
    public static final int POLLIN = 0x001;

    /** Writing would not block: {@code POLLOUT}. */
    public static final int POLLOUT = 0x004;

    /** No such descriptor: {@code POLLNVAL}. */
    public static final int POLLNVAL = 0x020;

    /** So many references are not counted any more, and the file stays open. */
    private static final int SATURATED = Integer.MAX_VALUE;

    private final AtomicInteger references = new AtomicInteger(1);

    protected OpenFile() {}

    /** The typed object behind the file, by whose class it is looked up. */
    public abstract Object object();

    /**
     * A request of a process to the file.
     *
     * @param caller the descriptors that the request may name, and where it puts those it makes, whoever opened the
     *     file
     * @param request the number of the ioctl, as in the kernel's headers
     * @param argument the request structure; {@code null} stands for a bad address
     * @return 0 or more, or an error of {@link Errno}; {@code -ENOTTY} for a request that this kind of file does not
     *     know
     */
    public int ioctl(FileTable caller, int request, @Nullable Object argument) {
        return Errno.ENOTTY;
    }

    /** As {@link #poll(PollTable)}, for files to which it matters what is asked for. */
    public int poll(int events, @Nullable PollTable table) {
        return poll(table);
    }

    /**
     * The events that are pending. A file that says nothing of its own is always ready, as in the kernel.
     *
     * @param table to be woken when there may be more than the answer; {@code null} if the caller only looks. A file
     *     must not wake it for what it answers already, or a caller that asked for something else never sleeps.
     */
    public int poll(@Nullable PollTable table) {
        return POLLIN | POLLOUT;
    }

    /** The last reference is gone. Called once, without any lock of this package. */
    protected abstract void onLastClose();

    /** Takes a reference unless the last one is gone. */
    public final boolean tryRetain() {
        return references.getAndUpdate(held -> held == 0 || held == SATURATED ? held : held + 1) != 0;
    }

    /**
     * Drops a reference. Throws nothing, because whoever closes a file has others to close: one too many that is
     * dropped, and a last close that fails, are reported to the log.
     */
    public final void release() {
        int held = references.getAndUpdate(had -> had == 0 || had == SATURATED ? had : had - 1);
        if (held == 0) {
            report("was released more often than retained", null);
        } else if (held == 1) {
            try {
                onLastClose();
            } catch (Throwable e) {
                report("threw at its last close", e);
            }
        }
    }

    private void report(String what, @Nullable Throwable e) {
        FenceReporter.logging()
                .report(FenceReporter.Kind.WARN, "a " + getClass().getName() + " " + what, e);
    }

    @Override
    public String toString() {
        return "file of " + object();
    }
}
