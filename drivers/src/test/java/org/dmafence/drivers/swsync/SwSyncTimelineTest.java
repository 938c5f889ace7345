package org.dmafence.drivers.swsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceIndependence.Condition;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SwSyncTimelineTest {
    private final DriverTestContext context = new DriverTestContext();
    private final SwSyncDriver driver = new SwSyncDriver(new DriverInfo("sw_sync", "1", "Apache-2.0", "timelines"));
    private SwSyncTimeline timeline;

    @BeforeEach
    void open() {
        driver.init(context);
        timeline = driver.open("task");
    }

    @AfterEach
    void assertNothingWasReported() {
        assertThat(context.reports()).isEmpty();
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
        assertThat(fence.status()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldBeSignalledAtOnceWhenThePointIsPassed() {
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

        assertThat(done.status()).isEqualTo(FenceStatus.OK);
        assertThat(pending.status()).isEqualTo(new FenceStatus(true, FenceError.ENOENT));
        assertThatThrownBy(() -> timeline.point(3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("task");
    }

    @Test
    void shouldKeepTheSoonestDeadline() throws SwSyncException {
        DmaFence fence = timeline.point(1);
        assertRefused(FenceError.ENOENT, fence);

        fence.setDeadline(300);
        fence.setDeadline(100);
        fence.setDeadline(200);

        assertThat(timeline.deadlineNs(fence)).isEqualTo(100);
        timeline.increment(1);
        fence.setDeadline(50);
        assertThat(timeline.deadlineNs(fence)).as("no more after signalling").isEqualTo(100);
    }

    @Test
    void shouldRefuseTheDeadlineWhenTheFenceIsNotOfTheTimeline() {
        assertRefused(FenceError.EINVAL, driver.open("other").point(1));
        assertRefused(FenceError.EINVAL, context.runtime().stub());
    }

    @Test
    void shouldDependOnItsIssuerInEveryWayWhenSignalled() {
        DmaFence fence = timeline.point(1);
        timeline.increment(1);

        assertThat(fence.independence().failing()).containsExactlyInAnyOrder(Condition.DETACHED, Condition.LOCK);
        assertThat(driver.issuers().get(0).independent()).isFalse();
    }

    @Test
    void shouldMoveTheTimelineWhenARingsJobsEnd() {
        SimulatedRing ring = driver.openRing(new RingSpec("sw", "line", "timeline", 4));
        DmaFence good = ring.submit(RingJob.lasting(1, 10));
        DmaFence bad = ring.submit(new RingJob(2, 10, FenceError.EIO));
        DmaFence pending = ring.submit(RingJob.external(3));

        assertThat(ring.advance(20)).isEqualTo(Long.MAX_VALUE);

        assertThat(good.status()).isEqualTo(FenceStatus.OK);
        assertThat(bad.status()).isEqualTo(new FenceStatus(true, FenceError.EIO));
        assertThat(pending.seqno()).isEqualTo(3);
        ring.kill(FenceError.ECANCELED);
        assertThat(pending.status()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
        assertThat(pending.references()).isEqualTo(1);
    }

    @Test
    void shouldCloseItsTimelinesWhenTheModuleExits() {
        DmaFence pending = timeline.point(1);

        driver.exit();

        assertThat(pending.status()).isEqualTo(new FenceStatus(true, FenceError.ENOENT));
        assertThat(context.ledger().unsignaledCount()).isZero();
    }

    private void assertRefused(FenceError error, DmaFence fence) {
        assertThatThrownBy(() -> timeline.deadlineNs(fence))
                .isInstanceOfSatisfying(
                        SwSyncException.class, e -> assertThat(e.error()).isEqualTo(error));
    }
}
