package org.dmafence.uapi;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncObjEvent;
import org.dmafence.sync.SyncObjException;
import org.dmafence.sync.SyncObjPoint;
import org.jspecify.annotations.Nullable;

/**
 * An open DRM device, as far as its syncobjs are concerned: handles, and the requests of {@link SyncobjIoctl}. Kernel
 * counterpart: {@code struct drm_file} and {@code drm_syncobj.c}.
 *
 * <p>Requests for several objects look all of them up before they do anything. A wait sleeps through the runtime's
 * parking; an interrupt ends it with {@code -EINTR}, the thread's interrupt status left set.
 */
public final class DrmFile extends OpenFile {
    /** What a driver supports. */
    public enum Feature {
        /** {@code DRIVER_SYNCOBJ}. */
        SYNCOBJ,
        /** {@code DRIVER_SYNCOBJ_TIMELINE}. */
        SYNCOBJ_TIMELINE
    }

    private final FenceRuntime runtime;
    private final ErrorPolicy policy;
    private final Set<Feature> features;
    private final SyncobjHandles handles = new SyncobjHandles();

    /** A device that supports everything and keeps errors. */
    public DrmFile(FenceRuntime runtime) {
        this(runtime, ErrorPolicy.KEEP_FIRST, EnumSet.allOf(Feature.class));
    }

    /**
     * @param policy of its objects, and of the sync files they are exported to
     * @param features what its driver supports; requests that need more answer {@code -EOPNOTSUPP}
     */
    public DrmFile(FenceRuntime runtime, ErrorPolicy policy, Set<Feature> features) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.features = Set.copyOf(features);
    }

    @Override
    public DrmFile object() {
        return this;
    }

    @Override
    protected void onLastClose() {
        handles.clear();
    }

    @Override
    public int ioctl(FileTable caller, int request, @Nullable Object argument) {
        if (argument == null) {
            return Errno.EFAULT;
        }
        if (argument instanceof SyncobjIoctl.GetCap cap) {
            return request == SyncobjIoctl.GET_CAP ? getCap(cap) : Errno.EINVAL;
        }
        if (!features.contains(needed(request))) {
            return Errno.EOPNOTSUPP;
        }
        try {
            return switch (request) {
                case SyncobjIoctl.CREATE -> argument instanceof SyncobjIoctl.Create data ? create(data) : Errno.EFAULT;
                case SyncobjIoctl.DESTROY ->
                    argument instanceof SyncobjIoctl.Destroy data ? destroy(data) : Errno.EFAULT;
                case SyncobjIoctl.HANDLE_TO_FD ->
                    argument instanceof SyncobjIoctl.Handle data ? handleToFd(caller, data) : Errno.EFAULT;
                case SyncobjIoctl.FD_TO_HANDLE ->
                    argument instanceof SyncobjIoctl.Handle data ? fdToHandle(caller, data) : Errno.EFAULT;
                case SyncobjIoctl.TRANSFER ->
                    argument instanceof SyncobjIoctl.Transfer data ? transfer(data) : Errno.EFAULT;
                case SyncobjIoctl.EVENTFD ->
                    argument instanceof SyncobjIoctl.Eventfd data ? eventfd(caller, data) : Errno.EFAULT;
                default -> SyncobjArrays.ioctl(handles, request, argument);
            };
        } catch (SyncObjException e) {
            return e.error().errno();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Errno.EINTR;
        }
    }

    private static Feature needed(int request) {
        return switch (request) {
            case SyncobjIoctl.TRANSFER,
                    SyncobjIoctl.TIMELINE_WAIT,
                    SyncobjIoctl.TIMELINE_SIGNAL,
                    SyncobjIoctl.QUERY,
                    SyncobjIoctl.EVENTFD -> Feature.SYNCOBJ_TIMELINE;
            default -> Feature.SYNCOBJ;
        };
    }

    private int getCap(SyncobjIoctl.GetCap data) {
        if (data.capability == SyncobjIoctl.CAP_SYNCOBJ) {
            data.value = features.contains(Feature.SYNCOBJ) ? 1 : 0;
        } else if (data.capability == SyncobjIoctl.CAP_SYNCOBJ_TIMELINE) {
            data.value = features.contains(Feature.SYNCOBJ_TIMELINE) ? 1 : 0;
        } else {
            return Errno.EINVAL;
        }
        return 0;
    }

    private int create(SyncobjIoctl.Create data) {
        if ((data.flags & ~SyncobjIoctl.CREATE_SIGNALED) != 0) {
            return Errno.EINVAL;
        }
        SyncObj object = SyncObj.create(runtime, policy);
        if (data.flags != 0) {
            object.signal(); // if it fails: nobody has the object, and its fence is a stub
        }
        data.handle = handles.add(object);
        return 0;
    }

    private int destroy(SyncobjIoctl.Destroy data) {
        SyncObj object = data.pad == 0 ? handles.remove(data.handle) : null;
        if (object == null) {
            return Errno.EINVAL;
        }
        object.release();
        return 0;
    }

    // ---- files ----------------------------------------------------------------------------------------------------

    private int handleToFd(FileTable caller, SyncobjIoctl.Handle data) {
        int known = SyncobjIoctl.HANDLE_TO_FD_EXPORT_SYNC_FILE | SyncobjIoctl.HANDLE_TO_FD_TIMELINE;
        if (data.pad != 0 || (data.flags & ~known) != 0) {
            return Errno.EINVAL;
        }
        if ((data.flags & SyncobjIoctl.HANDLE_TO_FD_EXPORT_SYNC_FILE) != 0) {
            boolean timeline = (data.flags & SyncobjIoctl.HANDLE_TO_FD_TIMELINE) != 0;
            return exportSyncFile(caller, data, timeline ? data.point : 0);
        }
        SyncObj object = data.point == 0 ? handles.find(data.handle) : null;
        if (object == null) {
            return Errno.EINVAL;
        }
        return opened(data, caller.install(new SyncobjOpenFile(object)));
    }

    private int exportSyncFile(FileTable caller, SyncobjIoctl.Handle data, long point) {
        try (ReservedFd fd = new ReservedFd(caller)) {
            if (fd.number() < 0) {
                return fd.number();
            }
            SyncObj object = handles.find(data.handle);
            if (object == null) {
                return Errno.ENOENT;
            }
            SyncFile file;
            try {
                file = export(object, point);
            } finally {
                object.release();
            }
            if (file == null) {
                return Errno.EINVAL;
            }
            fd.install(new SyncOpenFile(file));
            return opened(data, fd.number());
        }
    }

    private @Nullable SyncFile export(SyncObj object, long point) {
        DmaFence fence = object.fenceAt(point);
        if (fence == null) {
            return null;
        }
        try {
            return SyncFile.create(fence, policy);
        } finally {
            fence.release();
        }
    }

    private static int opened(SyncobjIoctl.Handle data, int fd) {
        if (fd < 0) {
            return fd;
        }
        data.fd = fd;
        return 0;
    }

    private int fdToHandle(FileTable caller, SyncobjIoctl.Handle data) {
        int known = SyncobjIoctl.FD_TO_HANDLE_IMPORT_SYNC_FILE | SyncobjIoctl.FD_TO_HANDLE_TIMELINE;
        if (data.pad != 0 || (data.flags & ~known) != 0) {
            return Errno.EINVAL;
        }
        if ((data.flags & SyncobjIoctl.FD_TO_HANDLE_IMPORT_SYNC_FILE) != 0) {
            boolean timeline = (data.flags & SyncobjIoctl.FD_TO_HANDLE_TIMELINE) != 0;
            return importSyncFile(caller, data, timeline ? data.point : 0);
        }
        if (data.point != 0) {
            return Errno.EINVAL;
        }
        try (HeldFile<SyncObj> held = caller.hold(data.fd, SyncObj.class)) {
            if (held == null) {
                return Errno.EINVAL;
            }
            SyncObj object = held.object().retain();
            try {
                data.handle = handles.add(object);
                return 0;
            } catch (RuntimeException | Error e) {
                object.release();
                throw e;
            }
        }
    }

    private int importSyncFile(FileTable caller, SyncobjIoctl.Handle data, long point) {
        try (HeldFile<SyncFile> held = caller.hold(data.fd, SyncFile.class)) {
            if (held == null) {
                return Errno.EINVAL;
            }
            SyncObj object = handles.find(data.handle);
            if (object == null) {
                return Errno.ENOENT;
            }
            try {
                put(object, held.object(), point);
                return 0;
            } finally {
                object.release();
            }
        }
    }

    private static void put(SyncObj object, SyncFile file, long point) {
        DmaFence fence = file.fence();
        try {
            if (point == 0) {
                object.replaceFence(fence);
            } else {
                object.addPoint(fence, point);
            }
        } finally {
            fence.release();
        }
    }

    // ---- points ---------------------------------------------------------------------------------------------------

    private int transfer(SyncobjIoctl.Transfer data) throws InterruptedException {
        if (data.pad != 0) {
            return Errno.EINVAL;
        }
        SyncObj target = handles.find(data.dstHandle);
        if (target == null) {
            return Errno.ENOENT;
        }
        SyncObj source = null;
        try {
            source = handles.find(data.srcHandle);
            if (source == null) {
                return Errno.ENOENT;
            }
            if ((data.flags & ~SyncobjIoctl.WAIT_FOR_SUBMIT) != 0) {
                return Errno.EINVAL;
            }
            if (data.flags == 0) {
                target.transferFrom(source, data.srcPoint, data.dstPoint);
            } else {
                target.awaitTransferFrom(source, data.srcPoint, data.dstPoint);
            }
            return 0;
        } finally {
            if (source != null) {
                source.release();
            }
            target.release();
        }
    }

    private int eventfd(FileTable caller, SyncobjIoctl.Eventfd data) {
        if ((data.flags & ~SyncobjIoctl.WAIT_AVAILABLE) != 0 || data.pad != 0) {
            return Errno.EINVAL;
        }
        SyncObj object = handles.find(data.handle);
        if (object == null) {
            return Errno.ENOENT;
        }
        OpenFile file = null;
        try {
            file = caller.get(data.fd);
            if (file == null) {
                return Errno.EBADF;
            }
            if (!(file instanceof EventfdOpenFile eventfd)) {
                return Errno.EINVAL;
            }
            SyncObjPoint at = new SyncObjPoint(object, data.point);
            if (data.flags == 0) {
                SyncObjEvent.whenSignaled(at, status -> eventfd.signal());
            } else {
                SyncObjEvent.whenAvailable(at, status -> eventfd.signal());
            }
            return 0;
        } finally {
            if (file != null) {
                file.release();
            }
            object.release();
        }
    }
}
