package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.testkit.VirtualTask;
import org.dmafence.uapi.DrmFile.Feature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What IGT's suites leave out: which error comes first, what is shared, and what is let go. */
class DrmFileTest {
    private static final int EXPORT = SyncobjIoctl.HANDLE_TO_FD_EXPORT_SYNC_FILE;
    private static final int IMPORT = SyncobjIoctl.FD_TO_HANDLE_IMPORT_SYNC_FILE;
    private static final int TIMELINE = SyncobjIoctl.HANDLE_TO_FD_TIMELINE;

    private final IgtDrm drm = new IgtDrm();

    @AfterEach
    void close() {
        drm.close();
    }

    private int open(Set<Feature> features) {
        return drm.process.files().install(new DrmFile(drm.cpu.runtime(), ErrorPolicy.KERNEL, features));
    }

    private SyncobjIoctl.Handle handle(int handle, int flags, int fd, long point) {
        SyncobjIoctl.Handle data = drm.handle(handle, flags, fd, 0);
        data.point = point;
        return data;
    }

    private int status(int syncFile) {
        SyncIoctl.FileInfo info = new SyncIoctl.FileInfo();
        assertThat(drm.process.ioctl(syncFile, SyncIoctl.FILE_INFO, info)).isZero();
        return info.status;
    }

    // ---- requests -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void shouldAnswerWhatItsDriverSupports(Feature missing) {
        int device = open(EnumSet.complementOf(EnumSet.of(missing)));
        SyncobjIoctl.GetCap cap = new SyncobjIoctl.GetCap();
        cap.capability = SyncobjIoctl.CAP_SYNCOBJ;
        assertThat(drm.process.ioctl(device, SyncobjIoctl.GET_CAP, cap)).isZero();
        assertThat(cap.value).isEqualTo(missing == Feature.SYNCOBJ ? 0 : 1);
        cap.capability = SyncobjIoctl.CAP_SYNCOBJ_TIMELINE;
        assertThat(drm.process.ioctl(device, SyncobjIoctl.GET_CAP, cap)).isZero();
        assertThat(cap.value).isEqualTo(missing == Feature.SYNCOBJ_TIMELINE ? 0 : 1);
        SyncobjIoctl.TimelineArray query = new SyncobjIoctl.TimelineArray();
        query.flags = 0xbad; // not looked at by a driver that has no timelines
        assertThat(drm.process.ioctl(device, SyncobjIoctl.QUERY, query))
                .isEqualTo(missing == Feature.SYNCOBJ_TIMELINE ? Errno.EOPNOTSUPP : Errno.EINVAL);
        SyncobjIoctl.Create create = new SyncobjIoctl.Create();
        create.flags = 0xbad;
        assertThat(drm.process.ioctl(device, SyncobjIoctl.CREATE, create))
                .isEqualTo(missing == Feature.SYNCOBJ ? Errno.EOPNOTSUPP : Errno.EINVAL);
    }

    @Test
    void shouldRefuseWhatIsNoRequestOrNoStructure() {
        assertThat(drm.ioctl(0x1234, new SyncobjIoctl.Create())).isEqualTo(Errno.EINVAL);
        assertThat(drm.ioctl(SyncobjIoctl.WAIT, new SyncobjIoctl.Create())).isEqualTo(Errno.EFAULT);
        assertThat(drm.process.ioctl(drm.drm, SyncobjIoctl.CREATE, null)).isEqualTo(Errno.EFAULT);
        SyncobjIoctl.GetCap cap = new SyncobjIoctl.GetCap();
        cap.capability = 99;
        assertThat(drm.ioctl(SyncobjIoctl.GET_CAP, cap)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void shouldRefuseBadAddresses() {
        int[] one = {drm.create()};
        SyncobjIoctl.Wait wait = new SyncobjIoctl.Wait();
        wait.countHandles = 1;
        assertThat(drm.ioctl(SyncobjIoctl.WAIT, wait)).isEqualTo(Errno.EFAULT);
        wait.handles = one;
        wait.countHandles = 2;
        assertThat(drm.ioctl(SyncobjIoctl.WAIT, wait)).isEqualTo(Errno.EFAULT);
        wait.countHandles = -1;
        assertThat(drm.ioctl(SyncobjIoctl.WAIT, wait)).isEqualTo(Errno.EFAULT);
        assertThat(drm.run(IgtDrm.wait(one, new long[0], 0, 0))).isEqualTo(Errno.EFAULT);
        assertThat(drm.query(one, new long[0], 0)).isEqualTo(Errno.EFAULT);
        assertThat(drm.timelineSignal(one, new long[0], 0)).isEqualTo(Errno.EFAULT);
        assertThat(drm.timelineSignal(one, null, 0)).isZero();
        SyncobjIoctl.TimelineWait points = new SyncobjIoctl.TimelineWait();
        points.handles = one;
        points.countHandles = 1;
        assertThat(drm.run(points)).isZero(); // at point 0
    }

    @Test
    void shouldKeepTheResultOfAWaitThatFailed() {
        SyncobjIoctl.Wait wait = IgtDrm.wait(new int[] {drm.create()}, null, 0, SyncobjIoctl.WAIT_FOR_SUBMIT);
        wait.firstSignaled = 77;
        assertThat(drm.run(wait)).isEqualTo(Errno.ETIME);
        assertThat(wait.firstSignaled).isEqualTo(77);
    }

    @Test
    void shouldEndAWaitByAnInterrupt() {
        int handle = drm.create();
        int[] result = new int[1];
        VirtualTask task = drm.cpu.start("waiter", () -> {
            SyncobjIoctl.Wait wait =
                    IgtDrm.wait(new int[] {handle}, null, Long.MAX_VALUE, SyncobjIoctl.WAIT_FOR_SUBMIT);
            result[0] = drm.process.ioctl(drm.drm, SyncobjIoctl.WAIT, wait);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        drm.cpu.settle();
        task.interrupt();
        drm.cpu.settle();
        assertThat(result[0]).isEqualTo(Errno.EINTR);
    }

    @Test
    void shouldTellTheDeadlineToADriver() {
        int handle = drm.create();
        int opened = drm.openTimeline();
        int syncFile = drm.fence(opened, 1);
        int copy = drm.process.files().dup(syncFile);
        drm.importFence(handle, syncFile);
        SyncobjIoctl.Wait wait = IgtDrm.wait(new int[] {handle}, null, 0, SyncobjIoctl.WAIT_DEADLINE);
        wait.deadlineNs = 42 * IgtDrm.MS;
        assertThat(drm.run(wait)).isEqualTo(Errno.ETIME);
        SyncIoctl.GetDeadline asked = new SyncIoctl.GetDeadline();
        asked.fenceFd = copy;
        assertThat(drm.process.ioctl(opened, SyncIoctl.SW_SYNC_GET_DEADLINE, asked))
                .isZero();
        assertThat(asked.deadlineNs).isEqualTo(42 * IgtDrm.MS);
    }

    // ---- handles --------------------------------------------------------------------------------------------------

    @Test
    void shouldHandOutTheLowestHandleAndNever0() {
        assertThat(drm.createMany(3)).containsExactly(1, 2, 3);
        assertThat(drm.destroy(2, 0)).isZero();
        assertThat(drm.destroy(2, 0)).isEqualTo(Errno.EINVAL);
        assertThat(drm.destroy(0, 0)).isEqualTo(Errno.EINVAL);
        assertThat(drm.createMany(2)).containsExactly(2, 4);
        assertThat(drm.createMany(100)).containsExactly(IntStream.range(5, 105).toArray());
    }

    @Test
    void shouldShareAnObjectByItsFile() {
        int handle = drm.create();
        SyncobjIoctl.Handle out = handle(handle, 0, -1, 0);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, out)).isZero();
        SyncobjIoctl.Handle in = handle(0, 0, out.fd, 0);
        int other = open(EnumSet.allOf(Feature.class));
        assertThat(drm.process.ioctl(other, SyncobjIoctl.FD_TO_HANDLE, in)).isZero();
        assertThat(drm.signal(new int[] {handle}, 0)).isZero();
        SyncobjIoctl.Wait wait = IgtDrm.wait(new int[] {in.handle}, null, 0, 0);
        assertThat(drm.process.ioctl(other, SyncobjIoctl.WAIT, wait)).isZero();
        assertThat(drm.process.close(drm.drm)).isZero();
        assertThat(drm.process.close(out.fd)).isZero();
        assertThat(drm.process.ioctl(other, SyncobjIoctl.WAIT, wait)).isZero();
    }

    @Test
    void shouldLetGoOfItsObjectsWhenClosed() {
        int handle = drm.create();
        int eventfd = drm.process.files().install(new EventfdOpenFile());
        SyncobjIoctl.Eventfd event = new SyncobjIoctl.Eventfd();
        event.handle = handle;
        event.point = 7;
        event.fd = eventfd;
        assertThat(drm.ioctl(SyncobjIoctl.EVENTFD, event)).isZero();
        drm.attach(handle, 1);
        assertThat(drm.process.close(drm.drm)).isZero();
        PollFd poll = new PollFd(eventfd, OpenFile.POLLIN);
        assertThat(drm.process.poll(poll, 0)).isZero(); // dropped, not signalled
    }

    @Test
    void shouldOutliveItsDescriptorWhileSomebodyWaits() {
        int handle = drm.create();
        int opened = drm.attach(handle, 0);
        int[] result = {Integer.MIN_VALUE};
        drm.cpu.start("waiter", () -> result[0] = drm.wait(handle, Long.MAX_VALUE, 0));
        drm.cpu.settle();
        assertThat(drm.process.close(drm.drm)).isZero();
        drm.increment(opened, 1);
        drm.cpu.settle();
        assertThat(result[0]).isZero();
    }

    // ---- sync files -----------------------------------------------------------------------------------------------

    @Test
    void shouldExportAndImportAtPoints() {
        int handle = drm.create();
        int opened = drm.attach(handle, 5);
        SyncobjIoctl.Handle out = handle(handle, EXPORT | TIMELINE, -1, 3);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, out)).isZero();
        assertThat(status(out.fd)).isZero();
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(handle, EXPORT | TIMELINE, -1, 6)))
                .isEqualTo(Errno.EINVAL);
        // Without the flag the point does not count.
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(handle, EXPORT, -1, 6)))
                .isZero();
        drm.increment(opened, 1);
        assertThat(status(out.fd)).isEqualTo(1);
        int fence = drm.fence(opened, 2);
        assertThat(drm.ioctl(SyncobjIoctl.FD_TO_HANDLE, handle(handle, IMPORT | TIMELINE, fence, 9)))
                .isZero();
        assertThat(drm.query(handle)).isEqualTo(5);
        drm.increment(opened, 1);
        assertThat(drm.query(handle)).isEqualTo(9);
    }

    @Test
    void shouldRefuseAPointWhereNoneIsMeant() {
        int handle = drm.create();
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(handle, 0, -1, 1)))
                .isEqualTo(Errno.EINVAL);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(handle, TIMELINE, -1, 1)))
                .isEqualTo(Errno.EINVAL);
        assertThat(drm.ioctl(SyncobjIoctl.FD_TO_HANDLE, handle(0, 0, drm.drm, 1)))
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void shouldRefuseUnknownHandlesByDifferentErrors() {
        int fence = drm.fence(drm.openTimeline(), 1);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(9, 0, -1, 0))).isEqualTo(Errno.EINVAL);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(9, EXPORT, -1, 0)))
                .isEqualTo(Errno.ENOENT);
        assertThat(drm.ioctl(SyncobjIoctl.FD_TO_HANDLE, handle(9, IMPORT, fence, 0)))
                .isEqualTo(Errno.ENOENT);
        assertThat(drm.transfer(9, 0, drm.create(), 0, 0)).isEqualTo(Errno.ENOENT);
    }

    @Test
    void shouldGiveBackTheDescriptorOfAnExportThatFailed() {
        int free = drm.process.files().reserve();
        drm.process.files().unreserve(free);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(drm.create(), EXPORT, -1, 0)))
                .isEqualTo(Errno.EINVAL);
        assertThat(drm.ioctl(SyncobjIoctl.HANDLE_TO_FD, handle(99, EXPORT, -1, 0)))
                .isEqualTo(Errno.ENOENT);
        assertThat(drm.process.files().reserve()).isEqualTo(free);
        drm.process.files().unreserve(free);
    }

    @Test
    void shouldRefuseToTransferWithUnknownFlags() {
        int source = drm.create();
        SyncobjIoctl.Transfer data = new SyncobjIoctl.Transfer();
        data.srcHandle = source;
        data.dstHandle = source;
        data.flags = SyncobjIoctl.WAIT_ALL;
        assertThat(drm.ioctl(SyncobjIoctl.TRANSFER, data)).isEqualTo(Errno.EINVAL);
        data.srcHandle = 99; // looked up before the flags are looked at, since 7.2
        assertThat(drm.ioctl(SyncobjIoctl.TRANSFER, data)).isEqualTo(Errno.ENOENT);
    }

    @Test
    void shouldTransferWhatIsSubmittedInTime() {
        int source = drm.create();
        int target = drm.create();
        SyncobjIoctl.Transfer data = new SyncobjIoctl.Transfer();
        data.srcHandle = source;
        data.dstHandle = target;
        data.dstPoint = 4;
        data.flags = SyncobjIoctl.WAIT_FOR_SUBMIT;
        drm.cpu.after(
                4000 * IgtDrm.MS,
                () -> assertThat(drm.signal(new int[] {source}, 0)).isZero());
        assertThat(drm.ioctl(SyncobjIoctl.TRANSFER, data)).isZero();
        assertThat(drm.query(target)).isEqualTo(4);
        data.srcPoint = 1;
        assertThat(drm.ioctl(SyncobjIoctl.TRANSFER, data)).isEqualTo(Errno.ETIME);
    }
}
