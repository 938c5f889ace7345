package org.dmafence.uapi;

import java.util.Objects;
import java.util.OptionalLong;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncPoint;
import org.dmafence.sync.SyncTimeline;
import org.jspecify.annotations.Nullable;

/** An open sw_sync file: a timeline. Kernel counterpart: {@code sw_sync_debugfs_fops}. */
public final class SwSyncOpenFile extends OpenFile {
    private final SyncTimeline timeline;
    private final ErrorPolicy policy;

    /**
     * @param timeline closed with the last descriptor
     * @param policy of the files that are made of its fences
     */
    public SwSyncOpenFile(SyncTimeline timeline, ErrorPolicy policy) {
        this.timeline = Objects.requireNonNull(timeline, "timeline");
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    @Override
    public SyncTimeline object() {
        return timeline;
    }

    @Override
    public int ioctl(FileTable caller, int request, @Nullable Object argument) {
        return switch (request) {
            case SyncIoctl.SW_SYNC_CREATE_FENCE -> createFence(caller, argument);
            case SyncIoctl.SW_SYNC_INC -> increment(argument);
            case SyncIoctl.SW_SYNC_GET_DEADLINE -> getDeadline(caller, argument);
            default -> Errno.ENOTTY;
        };
    }

    private int createFence(FileTable caller, @Nullable Object argument) {
        try (ReservedFd fd = new ReservedFd(caller)) {
            if (fd.number() < 0) {
                return fd.number();
            }
            if (!(argument instanceof SyncIoctl.CreateFence data)) {
                return Errno.EFAULT;
            }
            DmaFence fence = timeline.point(data.value);
            try {
                fd.install(new SyncOpenFile(SyncFile.create(fence, policy)));
            } finally {
                fence.release();
            }
            data.fence = fd.number();
            return 0;
        }
    }

    private int increment(@Nullable Object argument) {
        if (!(argument instanceof Integer value)) {
            return Errno.EFAULT;
        }
        timeline.increment(Integer.toUnsignedLong(value));
        return 0;
    }

    private static int getDeadline(FileTable caller, @Nullable Object argument) {
        if (!(argument instanceof SyncIoctl.GetDeadline data)) {
            return Errno.EFAULT;
        }
        if (data.deadlineNs != 0 || data.pad != 0) {
            return Errno.EINVAL;
        }
        try (HeldFile<SyncFile> held = caller.hold(data.fenceFd, SyncFile.class)) {
            if (held == null) {
                return Errno.EINVAL;
            }
            DmaFence fence = held.object().fence();
            try {
                SyncPoint point = SyncPoint.of(fence);
                if (point == null) {
                    return Errno.EINVAL;
                }
                OptionalLong deadlineNs = point.deadlineNs();
                data.deadlineNs = deadlineNs.orElse(0);
                return deadlineNs.isPresent() ? 0 : Errno.ENOENT;
            } finally {
                fence.release();
            }
        }
    }

    @Override
    protected void onLastClose() {
        timeline.close();
    }
}
