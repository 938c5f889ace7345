package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.CachedNanoClock;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncFileTest {
    private static final FenceStatus FAILED = new FenceStatus(true, FenceError.ENOENT);

    private final CachedNanoClock clock = new CachedNanoClock();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .clock(clock)
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final SyncTimeline timeline = SyncTimeline.create(runtime, "line");
    private final DmaFence fence = timeline.point(1);

    @AfterEach
    void assertNothingWasReported() {
        assertThat(reports).isEmpty();
    }

    @Test
    void shouldNameItselfAfterItsFenceWhenNotMerged() {
        SyncFile file = SyncFile.create(fence);

        assertThat(file.name()).isEqualTo("sw_sync-line" + fence.context() + "-1");
        timeline.increment(1);
        assertThat(file.name()).isEqualTo("detached-driver-signaled-timeli").hasSize(SyncFile.MAX_NAME);
    }

    @Test
    void shouldPrintTheSequenceNumberWithASign() {
        SyncFile file = SyncFile.create(Plain.fence(runtime, 7, -2));

        assertThat(file.name()).isEqualTo("d-t7--2");
    }

    @Test
    void shouldKeep31CharactersOfAGivenName() {
        SyncFile file = SyncFile.create(fence);

        assertThat(file.merge("x".repeat(32), file).name()).isEqualTo("x".repeat(31));
        assertThat(file.merge("", file).name()).startsWith("sw_sync-line");
    }

    @Test
    void shouldTakeAReferenceOfItsOwn() {
        SyncFile file = SyncFile.create(fence);
        assertThat(fence.references()).isEqualTo(2);

        DmaFence got = file.fence();
        assertThat(got).isSameAs(fence);
        got.release();
        file.close();
        file.close();

        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldRefuseEverythingWhenClosed() {
        SyncFile file = SyncFile.create(fence);
        file.close();

        assertThat(file.isClosed()).isTrue();
        assertThatThrownBy(file::fence)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was closed")
                .hasMessageContaining("line");
        assertThatThrownBy(file::pollInfo).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(file::signaled).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> SyncFile.create(fence).merge("m", file)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldDescribeEveryFenceOfAMerge() {
        SyncTimeline other = SyncTimeline.create(runtime, "other-line-with-a-name-beyond-31-characters");
        SyncFile merged = SyncFile.create(fence).merge("both", SyncFile.create(other.point(4)));
        clock.update(50);
        timeline.increment(1);

        SyncFileInfo info = merged.pollInfo();

        assertThat(info.name()).isEqualTo("both");
        assertThat(info.signaled()).isFalse();
        assertThat(info.error()).isNull();
        assertThat(merged.pollFenceCount()).isEqualTo(2);
        assertThat(info.fences())
                .containsExactly(
                        new SyncFileInfo.Entry("signaled-timeline", "detached-driver", FenceStatus.OK, 50),
                        new SyncFileInfo.Entry("other-line-with-a-name-beyond-3", "sw_sync", FenceStatus.ACTIVE, 0));
    }

    @Test
    void shouldShowAnErrorAtOnceThoughSomethingIsActive() {
        SyncTimeline failing = SyncTimeline.create(runtime, "failing");
        SyncFile merged = SyncFile.create(fence).merge("m", SyncFile.create(failing.point(1)));
        failing.close();

        SyncFileInfo info = merged.pollInfo();
        assertThat(info.signaled()).isFalse();
        assertThat(info.error()).isEqualTo(FenceError.ENOENT);
        assertThat(info.firstNotOk()).isEqualTo(FenceStatus.ACTIVE);
        assertThat(merged.pollStatus()).isEqualTo(FenceStatus.ACTIVE);

        timeline.increment(1);
        assertThat(merged.pollStatus()).isEqualTo(FAILED);
        assertThat(merged.pollInfo().signaled()).isTrue();
    }

    @Test
    void shouldKeepTheErrorOfWhatHadFailedBeforeTheMerge() {
        SyncTimeline failing = SyncTimeline.create(runtime, "failing");
        SyncFile failed = SyncFile.create(failing.point(1));
        failing.close();
        SyncFile good = SyncFile.create(fence);
        timeline.increment(1);

        assertThat(good.merge("m", failed).pollInfo().error()).isEqualTo(FenceError.ENOENT);
        assertThat(good.merge("m", failed).pollStatus()).isEqualTo(FAILED);
        SyncFile lossy = SyncFile.create(fence, ErrorPolicy.KERNEL);
        assertThat(lossy.merge("m", failed).pollStatus())
                .as("as the kernel does")
                .isEqualTo(FenceStatus.OK);
        assertThat(lossy.merge("m", failed).errorPolicy()).isEqualTo(ErrorPolicy.KERNEL);
    }

    @Test
    void shouldShowTheErrorOfAnOlderPointThatTheMergeHid() {
        DmaFence older = timeline.point(2);
        SyncFile merged = SyncFile.create(older).merge("m", SyncFile.create(timeline.point(3)));
        timeline.setError(older, FenceError.EIO);
        timeline.increment(3);

        assertThat(merged.pollInfo().fences()).hasSize(1);
        assertThat(merged.pollInfo().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldNotPollTheContainerWhenAskedAsTheKernelDoes() {
        SyncTimeline other = SyncTimeline.create(runtime, "other");
        SyncFile merged = SyncFile.create(fence, ErrorPolicy.KERNEL).merge("", SyncFile.create(other.point(1)));
        timeline.increment(1);
        other.increment(1);

        SyncFileInfo info = merged.pollInfo();

        assertThat(info.signaled()).isTrue();
        assertThat(info.name()).startsWith("dma_fence_array-unbound");
        assertThat(merged.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(merged.name()).startsWith("detached-driver");
    }

    @Test
    void shouldTellTheIssuersTheSoonestDeadline() {
        SyncTimeline other = SyncTimeline.create(runtime, "other");
        DmaFence second = other.point(1);
        SyncFile merged = SyncFile.create(fence).merge("m", SyncFile.create(second));

        merged.setDeadline(20);
        merged.setDeadline(30);

        assertThat(deadlineOf(fence)).hasValue(20);
        assertThat(deadlineOf(second)).hasValue(20);
    }

    private static OptionalLong deadlineOf(DmaFence fence) {
        SyncPoint point = SyncPoint.of(fence);
        return point == null ? OptionalLong.empty() : point.deadlineNs();
    }

    @Test
    void shouldCompleteTheFutureWhenTheFenceSignals() {
        SyncFile file = SyncFile.create(fence);
        CompletableFuture<FenceStatus> future = file.signaled();
        assertThat(future).isNotDone();

        timeline.increment(1);

        assertThat(future).isCompletedWithValue(FenceStatus.OK);
        assertThat(file.signaled()).isCompletedWithValue(FenceStatus.OK);
        assertThat(file.waiting()).isZero();
    }

    @Test
    void shouldFailTheFutureWithTheErrorOfTheFence() {
        CompletableFuture<FenceStatus> future = SyncFile.create(fence).signaled();

        timeline.close();

        assertThatThrownBy(future::join).isInstanceOf(FenceErrorException.class);
    }

    @Test
    void shouldTakeTheCallbackOffWhenTheFutureIsCancelled() {
        SyncFile file = SyncFile.create(fence);

        file.signaled().cancel(false);

        assertThat(file.waiting()).isZero();
        file.close();
        fence.release(); // would be reported if a callback were pending
        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.isSignaled()).isFalse();
    }

    @Test
    void shouldTellWhoWaitsWhenTheFileIsClosed() {
        SyncFile file = SyncFile.create(fence);
        CompletableFuture<FenceStatus> future = file.signaled();
        List<String> heard = new ArrayList<>();
        file.listen(hearing(heard));

        file.close();

        assertThat(future).isCancelled();
        assertThat(heard).containsExactly("closed");
        fence.release();
        assertThat(fence.isSignaled()).as("no callback was left").isFalse();
    }

    @Test
    void shouldTellAListenerOnceOrAtOnce() {
        SyncFile file = SyncFile.create(fence);
        List<String> heard = new ArrayList<>();
        file.listen(hearing(heard));

        timeline.close();
        assertThat(heard).containsExactly("-ENOENT");
        file.listen(hearing(heard));
        assertThat(heard).containsExactly("-ENOENT", "-ENOENT");
        file.close();
        assertThat(heard).hasSize(2);
    }

    @Test
    void shouldTellAListenerNothingWhenItIsTakenBack() {
        SyncFile file = SyncFile.create(fence);
        List<String> heard = new ArrayList<>();
        file.listen(hearing(heard)).close();

        timeline.increment(1);
        file.close();

        assertThat(heard).isEmpty();
    }

    @Test
    void shouldReportAListenerThatThrows() {
        SyncFile file = SyncFile.create(fence);
        file.listen(status -> {
            throw new IllegalStateException("on purpose");
        });

        timeline.increment(1);

        assertThat(reports).hasSize(1).first().asString().startsWith("CALLBACK_FAILED a listener of sync_file");
        reports.clear();
    }

    private static SyncFileListener hearing(List<String> heard) {
        return new SyncFileListener() {
            @Override
            public void onSignaled(FenceStatus status) {
                heard.add(status.toString());
            }

            @Override
            public void onClosed() {
                heard.add("closed");
            }
        };
    }
}
