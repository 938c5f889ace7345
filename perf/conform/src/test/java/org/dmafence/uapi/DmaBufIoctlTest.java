package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.resv.ReservationObject;
import org.dmafence.sync.DmaBuf;
import org.dmafence.sync.SyncFile;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.uapi.DmaBufIoctl.SyncFileRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The checks of the buffer's ioctls, and sleeping in poll on a buffer. */
class DmaBufIoctlTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final UserProcess process = UserProcess.create(cpu.runtime(), ErrorPolicy.KERNEL);
    private final SyncCalls calls = new SyncCalls(process);
    private final ReservationObject reservation = ReservationObject.create(cpu.runtime(), ErrorPolicy.KERNEL);
    private final int buffer = process.openDmaBuf(DmaBuf.over(reservation));
    private final SyncFileRequest request = new SyncFileRequest();

    @AfterEach
    void stop() {
        cpu.close();
    }

    private int ask(int number, int flags) {
        request.flags = flags;
        return process.ioctl(buffer, number, request);
    }

    @Test
    void shouldCheckTheFlagsFirst() {
        request.fd = 999;
        for (int number : List.of(DmaBufIoctl.EXPORT_SYNC_FILE, DmaBufIoctl.IMPORT_SYNC_FILE)) {
            assertThat(process.ioctl(buffer, number, null)).isEqualTo(Errno.EFAULT);
            assertThat(ask(number, 0)).isEqualTo(Errno.EINVAL);
            assertThat(ask(number, 4)).isEqualTo(Errno.EINVAL);
            assertThat(ask(number, 7)).isEqualTo(Errno.EINVAL);
        }
        assertThat(ask(DmaBufIoctl.IMPORT_SYNC_FILE, 1)).as("a bad file").isEqualTo(Errno.EINVAL);
        request.fd = buffer;
        assertThat(ask(DmaBufIoctl.IMPORT_SYNC_FILE, 1)).as("not a sync_file").isEqualTo(Errno.EINVAL);
        assertThat(ask(SyncIoctl.MERGE, 1)).isEqualTo(Errno.ENOTTY);
        for (int fd = 0; fd >= 0; ) {
            fd = process.files().dup(buffer);
        }
        assertThat(ask(DmaBufIoctl.EXPORT_SYNC_FILE, 1)).isEqualTo(Errno.EMFILE);
    }

    @Test
    void shouldExportTheStubWhenTheBufferIsIdle() {
        assertThat(ask(DmaBufIoctl.EXPORT_SYNC_FILE, 3)).isZero();

        assertThat(calls.info(request.fd).name).startsWith("detached-driver-signaled-timel");
        assertThat(calls.status(request.fd)).isEqualTo(1);
    }

    @Test
    void shouldAddEveryFenceOfAMergedFile() {
        int one = calls.timeline();
        int other = calls.timeline();
        request.fd = calls.merge(calls.fence(one, 1), calls.fence(other, 1));
        assertThat(ask(DmaBufIoctl.IMPORT_SYNC_FILE, DmaBufIoctl.SYNC_READ)).isZero();

        assertThat(ask(DmaBufIoctl.EXPORT_SYNC_FILE, DmaBufIoctl.SYNC_READ)).isZero();
        assertThat(calls.status(request.fd))
                .as("readers don't wait for readers")
                .isEqualTo(1);
        assertThat(ask(DmaBufIoctl.EXPORT_SYNC_FILE, DmaBufIoctl.SYNC_WRITE)).isZero();
        assertThat(calls.count(request.fd, 0)).isEqualTo(2);
    }

    @Test
    void shouldSleepUntilTheLastFenceInTheWayHasSignaled() {
        int timeline = calls.timeline();
        int other = calls.timeline();
        request.fd = calls.fence(timeline, 1);
        assertThat(ask(DmaBufIoctl.IMPORT_SYNC_FILE, DmaBufIoctl.SYNC_WRITE)).isZero();
        request.fd = calls.fence(other, 1);
        assertThat(ask(DmaBufIoctl.IMPORT_SYNC_FILE, DmaBufIoctl.SYNC_READ)).isZero();
        AtomicInteger reader = new AtomicInteger(-1);
        AtomicInteger writer = new AtomicInteger(-1);
        AtomicInteger either = new AtomicInteger(-1);
        PollFd both = new PollFd(buffer, OpenFile.POLLIN | OpenFile.POLLOUT);
        cpu.start("reader", () -> reader.set(process.poll(new PollFd(buffer, OpenFile.POLLIN), -1)));
        cpu.start("writer", () -> writer.set(process.poll(new PollFd(buffer, OpenFile.POLLOUT), -1)));
        cpu.start("either", () -> either.set(process.poll(both, -1)));
        cpu.settle();
        assertThat(List.of(reader.get(), writer.get(), either.get())).containsOnly(-1);

        calls.inc(timeline, 1);
        cpu.settle();
        assertThat(reader).hasValue(1);
        assertThat(either).hasValue(1);
        assertThat(both.revents).isEqualTo(OpenFile.POLLIN);
        assertThat(writer).hasValue(-1);

        calls.inc(other, 1);
        cpu.settle();
        assertThat(writer).hasValue(1);
    }

    @Test
    void shouldLeaveNothingOnTheFencesWhenTheTimePasses() {
        int timeline = calls.timeline();
        int fence = calls.fence(timeline, 1);
        request.fd = fence;
        assertThat(ask(DmaBufIoctl.IMPORT_SYNC_FILE, DmaBufIoctl.SYNC_WRITE)).isZero();

        assertThat(process.poll(new PollFd(buffer, OpenFile.POLLOUT), 2)).isZero();

        try (HeldFile<SyncFile> held = process.files().hold(fence, SyncFile.class)) {
            DmaFence underneath = Objects.requireNonNull(held).object().fence();
            assertThat(underneath.references()).as("file, buffer and this").isEqualTo(3);
        }
    }
}
