package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.fence.Parking;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.testkit.VirtualCpu;
import org.jspecify.annotations.Nullable;

/** A process with an open DRM device on a virtual CPU, and the calls as the IGT suites make them. */
final class IgtDrm implements AutoCloseable {
    static final long MS = 1_000_000L;

    /** The suites' "short" time. */
    static final long SHORT_NS = 100 * MS;

    private static final int GARBAGE = 0xdeadbeef;

    final VirtualCpu cpu = VirtualCpu.ticking(MS, 340_000);
    final UserProcess process = UserProcess.create(cpu.runtime(), ErrorPolicy.KERNEL);
    final int drm = process.files().install(new DrmFile(cpu.runtime()));

    static int garbage() {
        return GARBAGE;
    }

    @Override
    public void close() {
        cpu.close();
        process.files().closeAll();
        assertThat(process.files().size()).isZero();
    }

    long nowNs() {
        return cpu.clock().nanoTime();
    }

    Parking parking() {
        return cpu.runtime().parking();
    }

    /** A request that is made again when a signal came in between, as libdrm does. */
    int ioctl(int request, Object argument) {
        int result;
        do {
            result = process.ioctl(drm, request, argument);
        } while (result == Errno.EINTR && Thread.interrupted());
        return result;
    }

    private void succeed(int request, Object argument) {
        assertThat(ioctl(request, argument)).isZero();
    }

    // ---- handles --------------------------------------------------------------------------------------------------

    int create() {
        return create(0);
    }

    int create(int flags) {
        SyncobjIoctl.Create data = new SyncobjIoctl.Create();
        data.flags = flags;
        succeed(SyncobjIoctl.CREATE, data);
        assertThat(data.handle).isPositive();
        return data.handle;
    }

    int[] createMany(int count) {
        int[] handles = new int[count];
        for (int i = 0; i < count; i++) {
            handles[i] = create();
        }
        return handles;
    }

    int destroy(int handle, int pad) {
        SyncobjIoctl.Destroy data = new SyncobjIoctl.Destroy();
        data.handle = handle;
        data.pad = pad;
        return ioctl(SyncobjIoctl.DESTROY, data);
    }

    SyncobjIoctl.Handle handle(int handle, int flags, int fd, int pad) {
        SyncobjIoctl.Handle data = new SyncobjIoctl.Handle();
        data.handle = handle;
        data.flags = flags;
        data.fd = fd;
        data.pad = pad;
        return data;
    }

    int reset(int[] handles, int pad) {
        return ioctl(SyncobjIoctl.RESET, array(handles, pad));
    }

    int signal(int[] handles, int pad) {
        return ioctl(SyncobjIoctl.SIGNAL, array(handles, pad));
    }

    private static SyncobjIoctl.Array array(int[] handles, int pad) {
        SyncobjIoctl.Array data = new SyncobjIoctl.Array();
        data.handles = handles;
        data.countHandles = handles.length;
        data.pad = pad;
        return data;
    }

    // ---- points ---------------------------------------------------------------------------------------------------

    int timelineSignal(int[] handles, long @Nullable [] points, int flags) {
        return ioctl(SyncobjIoctl.TIMELINE_SIGNAL, timelineArray(handles, points, flags));
    }

    int query(int[] handles, long[] points, int flags) {
        return ioctl(SyncobjIoctl.QUERY, timelineArray(handles, points, flags));
    }

    long query(int handle) {
        long[] points = new long[1];
        assertThat(query(new int[] {handle}, points, 0)).isZero();
        return points[0];
    }

    private static SyncobjIoctl.TimelineArray timelineArray(int[] handles, long @Nullable [] points, int flags) {
        SyncobjIoctl.TimelineArray data = new SyncobjIoctl.TimelineArray();
        data.handles = handles;
        data.points = points;
        data.countHandles = handles.length;
        data.flags = flags;
        return data;
    }

    int transfer(int source, long sourcePoint, int target, long targetPoint, int pad) {
        SyncobjIoctl.Transfer data = new SyncobjIoctl.Transfer();
        data.srcHandle = source;
        data.srcPoint = sourcePoint;
        data.dstHandle = target;
        data.dstPoint = targetPoint;
        data.pad = pad;
        return ioctl(SyncobjIoctl.TRANSFER, data);
    }

    // ---- waiting --------------------------------------------------------------------------------------------------

    /** A wait for points; {@code null} for one of fences. */
    static SyncobjIoctl.Wait wait(int[] handles, long @Nullable [] points, long timeoutNs, int flags) {
        SyncobjIoctl.Wait data = new SyncobjIoctl.Wait();
        if (points != null) {
            SyncobjIoctl.TimelineWait timeline = new SyncobjIoctl.TimelineWait();
            timeline.points = points;
            data = timeline;
        }
        data.handles = handles;
        data.countHandles = handles.length;
        data.timeoutNs = timeoutNs;
        data.flags = flags;
        data.firstSignaled = -1;
        return data;
    }

    int run(SyncobjIoctl.Wait data) {
        boolean timeline = data instanceof SyncobjIoctl.TimelineWait;
        return ioctl(timeline ? SyncobjIoctl.TIMELINE_WAIT : SyncobjIoctl.WAIT, data);
    }

    int timelineWait(int handle, long point, long timeoutNs, int flags) {
        return run(wait(new int[] {handle}, new long[] {point}, timeoutNs, flags));
    }

    int wait(int handle, long timeoutNs, int flags) {
        return run(wait(new int[] {handle}, null, timeoutNs, flags));
    }

    // ---- software timelines ---------------------------------------------------------------------------------------

    int openTimeline() {
        return process.openSwSync("igt");
    }

    /** A sync file that signals at a value. */
    int fence(int timeline, int value) {
        SyncIoctl.CreateFence data = new SyncIoctl.CreateFence();
        data.value = value;
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_CREATE_FENCE, data))
                .isZero();
        return data.fence;
    }

    void increment(int timeline, int count) {
        assertThat(process.ioctl(timeline, SyncIoctl.SW_SYNC_INC, count)).isZero();
    }

    void importFence(int handle, int syncFile) {
        succeed(SyncobjIoctl.FD_TO_HANDLE, handle(handle, SyncobjIoctl.FD_TO_HANDLE_IMPORT_SYNC_FILE, syncFile, 0));
        assertThat(process.close(syncFile)).isZero();
    }

    /** Imports a fence at a point by way of a binary object, as the suites do. */
    void importFence(int handle, long point, int syncFile) {
        if (point == 0) {
            importFence(handle, syncFile);
            return;
        }
        int binary = create();
        importFence(binary, syncFile);
        assertThat(transfer(binary, 0, handle, point, 0)).isZero();
        assertThat(destroy(binary, 0)).isZero();
    }

    /** Submits a fence of a new timeline that signals when the timeline is incremented; the timeline. */
    int attach(int handle, long point) {
        int timeline = openTimeline();
        importFence(handle, point, fence(timeline, 1));
        return timeline;
    }
}
