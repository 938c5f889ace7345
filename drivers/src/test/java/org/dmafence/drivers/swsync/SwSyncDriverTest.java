package org.dmafence.drivers.swsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceIndependence.Condition;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sync.SyncTimeline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SwSyncDriverTest {
    private final DriverTestContext context = new DriverTestContext();
    private final SwSyncDriver driver = new SwSyncDriver(new DriverInfo("sw_sync", "1", "Apache-2.0", "timelines"));
    private SyncTimeline timeline;

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
    void shouldIssueFencesOfTheModulesOwnClass() {
        DmaFence fence = timeline.point(5);

        assertThat(fence.opsAs(SwSyncPoint.class)).isNotNull();
        assertThat(context.ledger().unsignaledCount()).isEqualTo(1);
        timeline.increment(5);
        assertThat(fence.opsAs(SwSyncPoint.class)).as("it never detaches").isNotNull();
    }

    @Test
    void shouldDependOnItsIssuerInEveryWayWhenSignaled() {
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

        assertThat(good.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(bad.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.EIO));
        assertThat(pending.seqno()).isEqualTo(3);
        ring.kill(FenceError.ECANCELED);
        assertThat(pending.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
        assertThat(pending.references()).isEqualTo(1);
    }

    @Test
    void shouldCloseItsTimelinesWhenTheModuleExits() {
        DmaFence pending = timeline.point(1);

        driver.exit();

        assertThat(pending.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ENOENT));
        assertThat(context.ledger().unsignaledCount()).isZero();
    }
}
