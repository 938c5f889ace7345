package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.CachedNanoClock;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceIndependence.Condition;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.FenceMerge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncTimelineTest {
    private final CachedNanoClock clock = new CachedNanoClock();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .clock(clock)
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final SyncTimeline timeline = SyncTimeline.create(runtime, "task");

    @AfterEach
    void assertNothingWasReported() {
        assertThat(reports).isEmpty();
    }

    @Test
    void shouldNameTheTimelineWhilePending() {
        DmaFence fence = timeline.point(5);

        assertThat(fence.driverName()).isEqualTo("sw_sync");
        assertThat(fence.timelineName()).isEqualTo("task");
        assertThat(fence.seqno()).isEqualTo(5);
        assertThat(fence.isSeqno64()).isFalse();
    }

    @Test
    void shouldBeBusyUntilTheValueIsReachedWhenIncremented() {
        DmaFence fence = timeline.point(5);
        assertThat(fence.pollSignaled()).isFalse();
        timeline.increment(1);
        assertThat(fence.pollSignaled()).isFalse();
        timeline.increment(4);
        assertThat(fence.isSignaled()).isTrue();
        timeline.increment(5);
        assertThat(timeline.value()).isEqualTo(10);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldBeSignaledAtOnceWhenThePointIsPassed() {
        timeline.increment(7);

        assertThat(timeline.point(7).isSignaled()).isTrue();
        assertThat(timeline.point(3).isSignaled()).isTrue();
        assertThat(timeline.point(0x8000_0006).isSignaled())
                .as("just short of half a turn")
                .isFalse();
    }

    @Test
    void shouldCountAsPassedWhenThePointIsHalfATurnAhead() {
        timeline.increment(5);

        assertThat(timeline.point(0x8000_0010).isSignaled()).isTrue();
    }

    @Test
    void shouldHandOutTheSameFenceWhenTheSamePointIsPending() {
        DmaFence first = timeline.point(3);
        DmaFence second = timeline.point(3);

        assertThat(second).isSameAs(first);
        assertThat(first.references()).isEqualTo(2);
        timeline.increment(3);
        assertThat(timeline.point(3)).isNotSameAs(first);
    }

    @Test
    void shouldForgetThePointWhenItsLastReferenceGoes() {
        DmaFence first = timeline.point(3);
        first.release();

        DmaFence second = timeline.point(3);
        timeline.increment(3);

        assertThat(second).isNotSameAs(first);
        assertThat(first.isFreed()).isTrue();
        assertThat(first.isSignaled()).isFalse();
        assertThat(second.isSignaled()).isTrue();
    }

    @Test
    void shouldSignalInOrderUnderTheLockWhenSeveralPointsArePassed() {
        List<Long> order = new ArrayList<>();
        for (int at : new int[] {30, 10, 20}) {
            timeline.point(at).addCallback(new FenceCallback() {
                @Override
                protected void onSignaled(DmaFence fence) {
                    assertThat(timeline.lock().isHeld()).isTrue();
                    order.add(fence.seqno());
                }
            });
        }

        timeline.increment(25);
        assertThat(order).containsExactly(10L, 20L);
        timeline.increment(5);
        assertThat(order).containsExactly(10L, 20L, 30L);
    }

    @Test
    void shouldKeepTheOrderWhenTheValueWraps() {
        timeline.increment(0xffff_fff0L);
        assertThat(timeline.value()).isEqualTo(-16);
        DmaFence after = timeline.point(4);
        DmaFence before = timeline.point(-3);

        timeline.increment(13);
        assertThat(before.isSignaled()).isTrue();
        assertThat(after.isSignaled()).isFalse();
        timeline.increment(7);
        assertThat(after.isSignaled()).isTrue();
        assertThat(after.seqno()).isEqualTo(4);
        assertThat(before.seqno()).isEqualTo(0xffff_fffdL);
    }

    @Test
    void shouldJumpOverNoPointWhenIncrementedByMoreThanHalfATurn() {
        DmaFence near = timeline.point(1);
        DmaFence far = timeline.point(Integer.MAX_VALUE);

        timeline.increment(0xffff_ffffL);

        assertThat(timeline.value()).isEqualTo(-1);
        assertThat(near.isSignaled()).isTrue();
        assertThat(far.isSignaled()).isTrue();
    }

    @Test
    void shouldRefuseWhenTheIncrementIsNo32BitNumber() {
        assertThatThrownBy(() -> timeline.increment(1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> timeline.increment(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTakeNewPointsWhenACallbackMakesThem() {
        List<DmaFence> made = new ArrayList<>();
        timeline.point(1).addCallback(new FenceCallback() {
            @Override
            protected void onSignaled(DmaFence fence) {
                made.add(timeline.point(2));
                made.add(timeline.point(9));
            }
        });

        timeline.increment(2);

        assertThat(made.get(0).isSignaled()).isTrue();
        assertThat(made.get(1).isSignaled()).isFalse();
    }

    @Test
    void shouldEndWithEnoentWhenTheTimelineCloses() {
        DmaFence done = timeline.point(1);
        timeline.increment(1);
        DmaFence pending = timeline.point(2);

        timeline.close();

        assertThat(done.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(pending.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ENOENT));
        assertThatThrownBy(() -> timeline.point(3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("task");
    }

    @Test
    void shouldKeepTheSoonestDeadlineUntilItSignals() {
        DmaFence fence = timeline.point(1);
        SyncPoint point = Objects.requireNonNull(SyncPoint.of(fence));
        assertThat(point.deadlineNs()).isEmpty();

        fence.setDeadline(300);
        fence.setDeadline(100);
        fence.setDeadline(200);

        assertThat(point.deadlineNs()).hasValue(100);
        timeline.increment(1);
        fence.setDeadline(50);
        assertThat(point.deadlineNs()).as("no more after signalling").hasValue(100);
        assertThat(SyncPoint.of(fence)).as("it never detaches").isSameAs(point);
        assertThat(point.timeline()).isSameAs(timeline);
        assertThat(point.value()).isEqualTo(1);
    }

    @Test
    void shouldKnowNoPointOfAFenceThatIsNone() {
        DmaFence merged = FenceMerge.merge(
                timeline.point(1), SyncTimeline.create(runtime, "other").point(1));

        assertThat(SyncPoint.of(merged)).isNull();
        assertThat(SyncPoint.of(runtime.stub())).isNull();
    }

    @Test
    void shouldDependOnItsIssuerInEveryWayWhenSignaled() {
        DmaFence fence = timeline.point(1);
        timeline.increment(1);

        assertThat(fence.independence().failing()).containsExactlyInAnyOrder(Condition.DETACHED, Condition.LOCK);
    }

    @Test
    void shouldKeepTheFirstErrorWhenAPointHasOne() {
        DmaFence fence = timeline.point(1);
        assertThat(timeline.setError(fence, FenceError.EIO)).isTrue();
        assertThat(timeline.setError(fence, FenceError.ETIME)).isFalse();
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.ACTIVE);

        timeline.close(FenceError.ECANCELED);

        assertThat(fence.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.EIO));
        assertThat(timeline.setError(fence, FenceError.ETIME)).isFalse();
    }

    @Test
    void shouldLeaveOtherTimelinesPointsAlone() {
        DmaFence foreign = SyncTimeline.create(runtime, "other").point(1);

        assertThatThrownBy(() -> timeline.setError(foreign, FenceError.EIO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGoOnWhenACallbackMovesTheTimeline() {
        List<Long> order = new ArrayList<>();
        for (int at = 1; at <= 3; at++) {
            timeline.point(at).addCallback(FenceCallback.of(fence -> {
                order.add(fence.seqno());
                timeline.increment(1);
            }));
        }

        timeline.increment(1);

        assertThat(order).containsExactly(1L, 2L, 3L);
        assertThat(timeline.value()).isEqualTo(4);
    }

    @Test
    void shouldSignalWhatWasMergedAfterTheLockIsGivenUp() {
        SyncTimeline other = SyncTimeline.create(runtime, "other");
        List<String> order = new ArrayList<>();
        DmaFence merged = FenceMerge.merge(timeline.point(1), other.point(1));
        merged.addCallback(FenceCallback.of(fence -> {
            assertThat(timeline.lock().isHeld()).isFalse();
            order.add("merged");
        }));
        timeline.point(2).addCallback(FenceCallback.of(fence -> order.add("point 2")));
        other.increment(1);

        timeline.increment(2);

        assertThat(order).containsExactly("point 2", "merged");
        assertThat(merged.isSignaled()).isTrue();
    }

    @Test
    void shouldNotLockUpWhenMergesMoveEachOthersTimelines() {
        for (int round = 0; round < 500; round++) {
            SyncTimeline one = SyncTimeline.create(runtime, "one");
            SyncTimeline two = SyncTimeline.create(runtime, "two");
            SyncTimeline both = SyncTimeline.create(runtime, "both");
            DmaFence mergedOne = FenceMerge.merge(one.point(1), both.point(1));
            DmaFence mergedTwo = FenceMerge.merge(two.point(1), both.point(1));
            for (DmaFence merged : List.of(mergedOne, mergedTwo)) {
                merged.addCallback(FenceCallback.of(fence -> (fence == mergedOne ? two : one).increment(1)));
            }
            both.increment(1);
            Thread mover = new Thread(() -> one.increment(1), "mover");
            mover.start();
            two.increment(1);
            assertThat(mover).satisfies(thread -> thread.join(20_000));
            assertThat(mover.isAlive()).as("round %d", round).isFalse();
            assertThat(one.value() + two.value()).isEqualTo(4);
        }
    }

    @Test
    void shouldPrintItselfAsDebugfsDoes() {
        SyncTimeline turned = SyncTimeline.create(runtime, "turned");
        turned.increment(0xffff_fffeL);
        turned.point(3);
        turned.point(-1);
        timeline.point(1);
        clock.update(1_000_000_042L);
        timeline.increment(1);

        assertThat(SyncTimeline.pollInfo(List.of(turned, timeline))).isEqualTo("""
                        objs:
                        --------------
                        turned: -2
                          fence active: 4294967295 / -2
                          fence active: 3 / -2

                        task: 1

                        fences:
                        --------------
                        """);
    }

    @Test
    void shouldPrintAPendingFenceThatSignaledByItsStatusAndTime() {
        StringBuilder text = new StringBuilder();
        DmaFence good = timeline.point(1);
        DmaFence bad = timeline.point(2);
        timeline.setError(bad, FenceError.EIO);
        clock.update(2_000_000_005L);
        timeline.increment(2);

        SyncStatus.pollInfo(text, good, 2);
        SyncStatus.pollInfo(text, bad, 2);

        assertThat(text.toString()).isEqualTo("""
                          fence signaled@2.000000005: 1 / 2
                          fence error@2.000000005: 2 / 2
                        """);
    }
}
