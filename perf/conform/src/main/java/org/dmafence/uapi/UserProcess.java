package org.dmafence.uapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.DmaBuf;
import org.dmafence.sync.SyncTimeline;
import org.jspecify.annotations.Nullable;

/**
 * A process that uses the subsystem through system calls. Any number of threads may call; those that sleep in one do it
 * through the runtime's parking, and an interrupt ends the sleep with {@code -EINTR}, the thread's interrupt status
 * left set.
 */
public final class UserProcess {
    private static final int MAX_COMM = 15;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final FenceRuntime runtime;
    private final ErrorPolicy policy;
    private final FileTable files;

    private UserProcess(FenceRuntime runtime, ErrorPolicy policy, FileTable files) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.files = files;
    }

    /**
     * A process with no files.
     *
     * @param policy of the sync files it makes; {@link ErrorPolicy#KERNEL} for the kernel's answers
     */
    public static UserProcess create(FenceRuntime runtime, ErrorPolicy policy) {
        return new UserProcess(runtime, policy, FileTable.create());
    }

    /** Its descriptors. */
    public FileTable files() {
        return files;
    }

    /**
     * Opens {@code sync/sw_sync} in debugfs: a new timeline.
     *
     * @param comm the task's name, of which 15 characters count; also the timeline's
     * @return a descriptor, or {@code -EMFILE}
     */
    public int openSwSync(String comm) {
        String name = comm.length() <= MAX_COMM ? comm : comm.substring(0, MAX_COMM);
        return files.install(new SwSyncOpenFile(SyncTimeline.create(runtime, name), policy));
    }

    /**
     * Opens a buffer, as a driver that shares it does.
     *
     * @return a descriptor, or {@code -EMFILE}
     */
    public int openDmaBuf(DmaBuf buffer) {
        return files.install(new DmaBufOpenFile(buffer));
    }

    /**
     * A request to a file.
     *
     * @return 0 or more, or an error of {@link Errno}
     */
    public int ioctl(int fd, int request, @Nullable Object argument) {
        try (HeldFile<Object> held = files.hold(fd, Object.class)) {
            return held == null ? Errno.EBADF : held.file().ioctl(files, request, argument);
        }
    }

    /** Closes a descriptor. */
    public int close(int fd) {
        return files.close(fd);
    }

    /** As {@link #poll(List, int)} for one file. */
    public int poll(PollFd fd, int timeoutMs) {
        return poll(List.of(fd), timeoutMs);
    }

    /**
     * Waits for events.
     *
     * @param timeoutMs negative for ever, 0 to look only
     * @return how many files have any, 0 when the time has passed, or {@code -EINTR}
     */
    public int poll(List<PollFd> fds, int timeoutMs) {
        List<PollFd> polled = List.copyOf(fds);
        List<@Nullable OpenFile> held = new ArrayList<>(polled.size());
        PollTable table = timeoutMs == 0 ? null : new PollTable(runtime);
        try {
            for (PollFd fd : polled) {
                held.add(fd.fd < 0 ? null : files.get(fd.fd));
            }
            return poll(polled, held, table, timeoutMs);
        } finally {
            if (table != null) {
                table.done();
            }
            held.forEach(file -> {
                if (file != null) {
                    file.release();
                }
            });
        }
    }

    private int poll(List<PollFd> fds, List<@Nullable OpenFile> held, @Nullable PollTable table, int timeoutMs) {
        long startNs = runtime.clock().nanoTime();
        int ready = look(fds, held, table);
        if (table == null) {
            return ready;
        }
        while (ready == 0) {
            if (Thread.currentThread().isInterrupted()) {
                return Errno.EINTR;
            }
            long leftNs = timeoutMs < 0
                    ? Long.MAX_VALUE
                    : timeoutMs * NANOS_PER_MILLI - (runtime.clock().nanoTime() - startNs);
            if (leftNs <= 0) {
                return look(fds, held, null);
            }
            table.sleep(leftNs);
            table.done(); // a file may have to wait for something else now
            ready = look(fds, held, table);
        }
        return ready;
    }

    private static int look(List<PollFd> fds, List<@Nullable OpenFile> held, @Nullable PollTable table) {
        int ready = 0;
        for (int i = 0; i < fds.size(); i++) {
            PollFd fd = fds.get(i);
            OpenFile file = held.get(i);
            if (file != null) {
                fd.revents = file.poll(fd.events, table) & fd.events;
            } else {
                fd.revents = fd.fd < 0 ? 0 : OpenFile.POLLNVAL;
            }
            if (fd.revents != 0) {
                ready++;
            }
        }
        return ready;
    }
}
