package org.dmafence.uapi;

import java.util.List;
import java.util.Objects;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncFileInfo;
import org.jspecify.annotations.Nullable;

/** The file of a {@link SyncFile}, by whose class it is looked up. Kernel counterpart: {@code sync_file_fops}. */
public final class SyncOpenFile extends OpenFile {
    private final SyncFile file;

    /** @param file closed with the last descriptor */
    public SyncOpenFile(SyncFile file) {
        this.file = Objects.requireNonNull(file, "file");
    }

    @Override
    public SyncFile object() {
        return file;
    }

    @Override
    public int ioctl(FileTable caller, int request, @Nullable Object argument) {
        return switch (request) {
            case SyncIoctl.MERGE -> merge(caller, argument);
            case SyncIoctl.FILE_INFO -> info(argument);
            case SyncIoctl.SET_DEADLINE -> setDeadline(argument);
            default -> Errno.ENOTTY;
        };
    }

    private int merge(FileTable caller, @Nullable Object argument) {
        try (ReservedFd fd = new ReservedFd(caller)) {
            if (fd.number() < 0) {
                return fd.number();
            }
            if (!(argument instanceof SyncIoctl.Merge data) || data.name == null) {
                return Errno.EFAULT;
            }
            if (data.flags != 0 || data.pad != 0) {
                return Errno.EINVAL;
            }
            try (HeldFile<SyncFile> other = caller.hold(data.fd2, SyncFile.class)) {
                if (other == null) {
                    return Errno.ENOENT;
                }
                fd.install(new SyncOpenFile(file.merge(cString(data.name), other.object())));
            }
            data.fence = fd.number();
            return 0;
        }
    }

    private int info(@Nullable Object argument) {
        if (!(argument instanceof SyncIoctl.FileInfo data)) {
            return Errno.EFAULT;
        }
        if (data.flags != 0 || data.pad != 0) {
            return Errno.EINVAL;
        }
        boolean kernel = file.errorPolicy() == ErrorPolicy.KERNEL;
        int count = file.pollFenceCount();
        if (data.numFences == 0 && kernel) {
            data.status = number(file.pollStatus());
            data.name = file.name();
            data.numFences = count;
            return 0;
        }
        if (data.numFences != 0 && Integer.compareUnsigned(data.numFences, count) < 0) {
            return Errno.EINVAL;
        }
        SyncFileInfo info = file.pollInfo();
        if (data.numFences != 0) {
            if (data.fences == null || data.fences.length < info.fences().size()) {
                return Errno.EFAULT;
            }
            fill(data.fences, info.fences());
        }
        data.status = kernel ? number(info.firstNotOk()) : statusOf(info);
        data.name = info.name();
        data.numFences = info.fences().size();
        return 0;
    }

    private static void fill(SyncIoctl.FenceInfo[] out, List<SyncFileInfo.Entry> fences) {
        for (int i = 0; i < fences.size(); i++) {
            SyncFileInfo.Entry fence = fences.get(i);
            SyncIoctl.FenceInfo to = new SyncIoctl.FenceInfo();
            to.objName = fence.timelineName();
            to.driverName = fence.driverName();
            to.status = number(fence.status());
            to.timestampNs = fence.timestampNs();
            out[i] = to;
        }
    }

    private int setDeadline(@Nullable Object argument) {
        if (!(argument instanceof SyncIoctl.SetDeadline data)) {
            return Errno.EFAULT;
        }
        if (data.pad != 0) {
            return Errno.EINVAL;
        }
        file.setDeadline(data.deadlineNs);
        return 0;
    }

    @Override
    public int poll(@Nullable PollTable table) {
        if (file.poll()) {
            return POLLIN;
        }
        if (table != null) { // which is woken at once if the fence has signalled meanwhile
            SyncFile.Listening listening = file.listen(status -> table.wake());
            table.onDone(listening::close);
        }
        return 0;
    }

    @Override
    protected void onLastClose() {
        file.close();
    }

    /** A status in the kernel's numbers: 0 active, 1 signalled, negative an error. */
    static int number(FenceStatus status) {
        FenceError error = status.error();
        return error != null ? error.errno() : status.signaled() ? 1 : 0;
    }

    private static int statusOf(SyncFileInfo info) {
        FenceError error = info.error();
        return error != null ? error.errno() : info.signaled() ? 1 : 0;
    }

    /** What C makes of a string: it ends at the first 0. */
    private static String cString(String text) {
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
