package org.dmafence.uapi;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sync.DmaBuf;
import org.dmafence.sync.DmaBuf.Access;
import org.dmafence.sync.SyncFile;
import org.dmafence.uapi.DmaBufIoctl.SyncFileRequest;
import org.jspecify.annotations.Nullable;

/** The file of a {@link DmaBuf}. Kernel counterpart: the part of {@code dma_buf_fops} that deals with fences. */
public final class DmaBufOpenFile extends OpenFile {
    private static final int SYNC_RW = DmaBufIoctl.SYNC_READ | DmaBufIoctl.SYNC_WRITE;

    private final DmaBuf buffer;

    /** @param buffer stays its maker's */
    public DmaBufOpenFile(DmaBuf buffer) {
        this.buffer = Objects.requireNonNull(buffer, "buffer");
    }

    @Override
    public DmaBuf object() {
        return buffer;
    }

    @Override
    public int ioctl(FileTable caller, int request, @Nullable Object argument) {
        return switch (request) {
            case DmaBufIoctl.EXPORT_SYNC_FILE -> exportSyncFile(caller, argument);
            case DmaBufIoctl.IMPORT_SYNC_FILE -> importSyncFile(caller, argument);
            default -> Errno.ENOTTY;
        };
    }

    private int exportSyncFile(FileTable caller, @Nullable Object argument) {
        if (!(argument instanceof SyncFileRequest data)) {
            return Errno.EFAULT;
        }
        if (areBad(data.flags)) {
            return Errno.EINVAL;
        }
        try (ReservedFd fd = new ReservedFd(caller)) {
            if (fd.number() < 0) {
                return fd.number();
            }
            fd.install(new SyncOpenFile(buffer.exportSyncFile(access(data.flags))));
            data.fd = fd.number();
            return 0;
        }
    }

    private int importSyncFile(FileTable caller, @Nullable Object argument) {
        if (!(argument instanceof SyncFileRequest data)) {
            return Errno.EFAULT;
        }
        if (areBad(data.flags)) {
            return Errno.EINVAL;
        }
        try (HeldFile<SyncFile> file = caller.hold(data.fd, SyncFile.class)) {
            if (file == null) {
                return Errno.EINVAL;
            }
            buffer.importSyncFile(file.object(), access(data.flags));
            return 0;
        }
    }

    private static boolean areBad(int flags) {
        return (flags & ~SYNC_RW) != 0 || (flags & SYNC_RW) == 0;
    }

    private static Access access(int flags) {
        return (flags & DmaBufIoctl.SYNC_WRITE) != 0 ? Access.WRITE : Access.READ;
    }

    @Override
    public int poll(@Nullable PollTable table) {
        return poll(POLLIN | POLLOUT, table);
    }

    @Override
    public int poll(int events, @Nullable PollTable table) {
        return poll(events & POLLOUT, Access.WRITE, table) | poll(events & POLLIN, Access.READ, table);
    }

    private int poll(int event, Access access, @Nullable PollTable table) {
        if (event == 0 || buffer.poll(access)) {
            return event;
        }
        if (table != null) { // which is woken at once if there is nothing in the way meanwhile
            CompletableFuture<FenceStatus> next = buffer.next(access);
            CompletableFuture<FenceStatus> unused = next.whenComplete((status, failure) -> table.wake());
            table.onDone(() -> next.cancel(false));
        }
        return 0;
    }

    @Override
    protected void onLastClose() {} // the buffer is its maker's
}
