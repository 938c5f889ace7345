package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.DmaBuf;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.uapi.DmaBufIoctl.SyncFileRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The subtests of IGT's {@code tests/dmabuf_sync_file.c}, by their names. What vgem does when a fence is attached to
 * its buffer is done on the reservation object.
 */
abstract class DmaBufSyncFileSuite {
    private static final int READ = DmaBufIoctl.SYNC_READ;
    private static final int WRITE = DmaBufIoctl.SYNC_WRITE;
    private static final int RW = READ | WRITE;
    private static final int MANY = 32;

    private final VirtualCpu cpu = VirtualCpu.create();
    private final UserProcess process;
    private final SyncCalls calls;
    private final ReservationObject reservation;
    private final int buffer;

    DmaBufSyncFileSuite(ErrorPolicy policy) {
        process = UserProcess.create(cpu.runtime(), policy);
        calls = new SyncCalls(process);
        reservation = ReservationObject.create(cpu.runtime(), policy);
        buffer = process.openDmaBuf(DmaBuf.over(reservation));
    }

    @AfterEach
    void closeAll() {
        process.files().closeAll();
        reservation.close();
        cpu.close();
    }

    /** A fence of vgem's, attached to the buffer. */
    private final class Vgem {
        private final FenceContext context =
                FenceContext.builder(cpu.runtime()).name("unbound").build();
        private final DmaFence fence = context.newFence(new VgemOps(), 1);

        void signal() {
            context.signal(fence);
            fence.release();
        }
    }

    private static final class VgemOps extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "vgem";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "unbound";
        }
    }

    private Vgem attach(int flags) {
        Vgem vgem = new Vgem();
        reservation.mutex().lock();
        try {
            reservation.reserve(1);
            reservation.add(vgem.fence, (flags & WRITE) != 0 ? ResvUsage.WRITE : ResvUsage.READ);
        } finally {
            reservation.mutex().unlock();
        }
        return vgem;
    }

    private int export(int flags) {
        SyncFileRequest request = new SyncFileRequest();
        request.flags = flags;
        assertThat(process.ioctl(buffer, DmaBufIoctl.EXPORT_SYNC_FILE, request)).isZero();
        return request.fd;
    }

    private void importFile(int fd, int flags) {
        SyncFileRequest request = new SyncFileRequest();
        request.flags = flags;
        request.fd = fd;
        assertThat(process.ioctl(buffer, DmaBufIoctl.IMPORT_SYNC_FILE, request)).isZero();
    }

    private boolean isFileBusy(int fd) {
        return calls.await(fd, 0) == Errno.ETIME;
    }

    /** Polls the buffer, and a file exported now: they have to agree. */
    private boolean isBusy(int flags) {
        int events = (flags & WRITE) != 0 ? OpenFile.POLLOUT : OpenFile.POLLIN;
        boolean busy = process.poll(new PollFd(buffer, events), 0) == 0;
        int file = export(flags);
        assertThat(isFileBusy(file)).isEqualTo(busy);
        calls.close(file);
        return busy;
    }

    private void assertBusy(boolean read, boolean write, boolean both) {
        assertThat(isBusy(READ)).as("read").isEqualTo(read);
        assertThat(isBusy(WRITE)).as("write").isEqualTo(write);
        assertThat(isBusy(RW)).as("read and write").isEqualTo(both);
    }

    @Test
    @DisplayName("export-basic")
    void exportBasic() {
        assertBusy(false, false, false);
        Vgem reader = attach(READ);
        assertBusy(false, true, true);
        reader.signal();
        assertBusy(false, false, false);
        Vgem writer = attach(WRITE);
        assertBusy(true, true, true);
        writer.signal();
        assertBusy(false, false, false);
    }

    @Test
    @DisplayName("export-before-signal")
    void exportBeforeSignal() {
        Vgem reader = attach(READ);
        int read = export(READ);
        int write = export(WRITE);
        assertThat(isFileBusy(read)).isFalse();
        assertThat(isFileBusy(write)).isTrue();
        reader.signal();
        assertThat(isFileBusy(read)).isFalse();
        assertThat(isFileBusy(write)).isFalse();

        Vgem writer = attach(WRITE);
        read = export(READ);
        write = export(WRITE);
        assertThat(isFileBusy(read)).isTrue();
        assertThat(isFileBusy(write)).isTrue();
        writer.signal();
        assertThat(isFileBusy(read)).isFalse();
        assertThat(isFileBusy(write)).isFalse();
    }

    @Test
    @DisplayName("export-multiwait")
    void exportMultiwait() {
        Vgem first = attach(READ);
        Vgem second = attach(READ);
        int file = export(WRITE);
        Vgem third = attach(READ);
        assertThat(isFileBusy(file)).isTrue();
        first.signal();
        assertThat(isFileBusy(file)).isTrue();
        second.signal();
        assertThat(isFileBusy(file)).as("the third came later").isFalse();
        third.signal();
    }

    @Test
    @DisplayName("export-wait-after-attach")
    void exportWaitAfterAttach() {
        int read = export(READ);
        int write = export(WRITE);
        Vgem first = attach(WRITE);
        assertThat(isFileBusy(read)).isFalse();
        assertThat(isFileBusy(write)).isFalse();
        read = export(READ);
        write = export(WRITE);
        assertThat(isFileBusy(read)).isTrue();
        assertThat(isFileBusy(write)).isTrue();
        Vgem second = attach(WRITE);
        first.signal();
        assertThat(isFileBusy(read)).isFalse();
        assertThat(isFileBusy(write)).isFalse();
        second.signal();
    }

    @Test
    @DisplayName("import-basic")
    void importBasic() {
        for (int flags : new int[] {READ, WRITE, RW}) {
            int timeline = calls.timeline();
            int fence = calls.fence(timeline, 1);
            importFile(fence, flags);
            assertBusy((flags & WRITE) != 0, true, true);
            calls.inc(timeline, 1);
            assertBusy(false, false, false);
            calls.close(fence, timeline);
        }
    }

    @Test
    @DisplayName("import-multiple-read-only")
    void importMultipleReadOnly() {
        importMultiple(false);
    }

    @Test
    @DisplayName("import-multiple-read-write")
    void importMultipleReadWrite() {
        importMultiple(true);
    }

    private void importMultiple(boolean writeToo) {
        List<Integer> timelines = new ArrayList<>();
        int writer = -1;
        if (writeToo) {
            writer = calls.timeline();
            importFile(calls.fence(writer, 1), WRITE);
        }
        for (int i = 0; i < MANY; i++) {
            int timeline = calls.timeline();
            importFile(calls.fence(timeline, 1), READ);
            timelines.add(timeline);
        }
        for (int i = MANY - 1; i >= 0; i--) {
            assertBusy(writeToo, true, true);
            calls.inc(timelines.get(i), 1);
        }
        assertBusy(writeToo, writeToo, writeToo);
        if (writeToo) {
            calls.inc(writer, 1);
        }
        assertBusy(false, false, false);
    }
}
