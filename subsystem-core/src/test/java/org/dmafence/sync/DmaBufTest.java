package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.DmaBuf.Access;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DmaBufTest {
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final ReservationObject reservation = ReservationObject.create(runtime);
    private final DmaBuf buffer = DmaBuf.over(reservation);
    private final SyncTimeline timeline = SyncTimeline.create(runtime, "task");

    @AfterEach
    void assertNothingWasReported() {
        reservation.close();
        assertThat(reports).isEmpty();
    }

    private SyncFile file(int at) {
        DmaFence fence = timeline.point(at);
        SyncFile file = SyncFile.create(fence);
        fence.release();
        return file;
    }

    @Test
    void shouldBeReadyWhenNothingIsPending() {
        assertThat(buffer.poll(Access.WRITE)).isTrue();
        assertThat(buffer.ready(Access.WRITE)).isCompletedWithValue(FenceStatus.OK);
        assertThat(buffer.next(Access.WRITE)).isCompletedWithValue(FenceStatus.OK);
        assertThat(buffer.exportSyncFile(Access.WRITE).pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(buffer.reservation()).isSameAs(reservation);
    }

    @Test
    void shouldMakeWritersWaitForReaders() {
        buffer.importSyncFile(file(1), Access.READ);

        assertThat(buffer.poll(Access.READ)).isTrue();
        assertThat(buffer.poll(Access.WRITE)).isFalse();
        CompletableFuture<FenceStatus> ready = buffer.ready(Access.WRITE);
        assertThat(ready).isNotDone();
        timeline.increment(1);
        assertThat(ready).isCompletedWithValue(FenceStatus.OK);
    }

    @Test
    void shouldKeepTheErrorOfAFileThatHadFailedWhenItWasImported() {
        SyncTimeline failing = SyncTimeline.create(runtime, "failing");
        SyncFile failed = SyncFile.create(failing.point(1));
        failing.close();
        SyncFile merged = file(1).merge("both", failed);

        buffer.importSyncFile(merged, Access.WRITE);
        timeline.increment(1);

        assertThat(reservation.pollError(ResvUsage.WRITE)).isEqualTo(FenceError.ENOENT);
        assertThat(buffer.exportSyncFile(Access.READ).pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ENOENT));
        assertThatThrownBy(() -> buffer.ready(Access.READ).join()).isInstanceOf(FenceErrorException.class);
        assertThat(buffer.poll(Access.READ)).as("over is over").isTrue();
    }

    @Test
    void shouldWatchAnOlderPointThatAMergeHid() {
        DmaFence older = timeline.point(1);
        SyncFile merged = SyncFile.create(older).merge("both", file(2));
        buffer.importSyncFile(merged, Access.WRITE);

        timeline.setError(older, FenceError.EIO);
        timeline.increment(2);

        assertThat(reservation.pollError(ResvUsage.WRITE)).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldForgetErrorsWhereTheKernelDoes() {
        ReservationObject lossy = ReservationObject.create(runtime, ErrorPolicy.KERNEL);
        SyncTimeline failing = SyncTimeline.create(runtime, "failing");
        SyncFile failed = SyncFile.create(failing.point(1));
        failing.close();
        DmaBuf.over(lossy).importSyncFile(failed, Access.WRITE);

        assertThat(DmaBuf.over(lossy).exportSyncFile(Access.READ).pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(DmaBuf.over(lossy).exportSyncFile(Access.READ).errorPolicy()).isEqualTo(ErrorPolicy.KERNEL);
        lossy.close();
    }

    @Test
    void shouldLeaveNothingBehindWhenAFutureIsCancelled() {
        SyncFile file = file(1);
        DmaFence fence = file.fence();
        buffer.importSyncFile(file, Access.WRITE);
        file.close();

        buffer.next(Access.READ).cancel(false);
        buffer.ready(Access.READ).cancel(false);

        assertThat(fence.references()).isEqualTo(2);
        reservation.mutex().lock();
        reservation.replace(fence.context(), runtime.stub(), ResvUsage.WRITE);
        reservation.mutex().unlock();
        fence.release(); // would be reported if a callback were pending
        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.isSignaled()).isFalse();
    }

    @Test
    void shouldLeaveNothingBehindWhenTheFutureHasTheLastReference() {
        SyncFile file = file(1);
        DmaFence fence = file.fence();
        buffer.importSyncFile(file, Access.WRITE);
        file.close();
        CompletableFuture<FenceStatus> next = buffer.next(Access.READ);
        reservation.mutex().lock();
        reservation.replace(fence.context(), runtime.stub(), ResvUsage.WRITE);
        reservation.mutex().unlock();
        fence.release();

        next.cancel(false); // would be reported if the reference went before the callback

        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.isSignaled()).isFalse();
    }

    @Test
    void shouldHoldTheFenceWhenItLeavesTheBufferMeanwhile() {
        SyncFile file = file(1);
        buffer.importSyncFile(file, Access.WRITE);
        CompletableFuture<FenceStatus> next = buffer.next(Access.READ);
        DmaFence fence = file.fence();
        file.close();
        reservation.mutex().lock();
        reservation.replace(fence.context(), runtime.stub(), ResvUsage.WRITE);
        reservation.mutex().unlock();
        fence.release();

        timeline.increment(1);

        assertThat(next).isCompletedWithValue(FenceStatus.OK);
        assertThat(fence.isFreed()).isTrue();
    }
}
