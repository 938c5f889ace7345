package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rings whose fences are not what they should be: the job ends, and the ring goes on. */
final class HostileRingTest {
    /** What the ring does to the fence that it is about to return. */
    private enum Trick {
        NONE,
        RETURNS_IT_RELEASED,
        RETURNS_NO_REFERENCE,
        RETURNS_THE_LAST_ONE_AGAIN
    }

    private Trick trick = Trick.NONE;
    private @Nullable DmaFence last;

    private final SchedulerRig rig = new SchedulerRig(2, null) {
        @Override
        public @Nullable DmaFence submit(RingJob job) {
            DmaFence before = last;
            if (trick == Trick.RETURNS_THE_LAST_ONE_AGAIN && before != null) {
                return before;
            }
            DmaFence fence = super.submit(job);
            last = fence;
            if (fence != null && trick != Trick.NONE) {
                fence.release();
                if (trick == Trick.RETURNS_IT_RELEASED) {
                    fence.release();
                }
            }
            return fence;
        }
    };
    private final SchedulerEntity entity = rig.scheduler.newEntity("client");

    private void assertTheRingGoesOn() {
        trick = Trick.NONE;
        SchedulerJob next = rig.push(entity, 99);
        rig.step();
        rig.finish(rig.inFlight() - 1, null);
        rig.step();
        assertThat(next.finished().status().error()).isNull();
        assertThat(next.finished().isSignaled()).isTrue();
        assertThat(rig.scheduler.usedCredits()).isZero();
        assertThat(rig.scheduler.pendingJobs()).isEmpty();
    }

    @Test
    void shouldEndAJobWhoseFenceIsReturnedReleased() {
        trick = Trick.RETURNS_IT_RELEASED;
        SchedulerJob job = rig.push(entity, 1);
        rig.step();

        assertThat(job.finished().status().error()).isEqualTo(FenceError.EIO);
        assertThat(rig.reports).anySatisfy(report -> assertThat(report).contains("released for the last time"));
        assertTheRingGoesOn();
    }

    @Test
    void shouldEndAJobWhoseFenceIsReleasedBehindItsBack() {
        trick = Trick.RETURNS_NO_REFERENCE;
        SchedulerJob job = rig.push(entity, 1);
        rig.step();
        assertThat(job.finished().isSignaled()).isFalse();

        rig.flying(0).release(); // the ring's own, and there was no other

        assertThat(job.finished().isSignaled()).isTrue();
        assertThat(job.finished().status().error()).isNotNull();
        rig.step();
        assertTheRingGoesOn();
    }

    @Test
    void shouldEndBothJobsThatWereGivenOneFence() {
        SchedulerJob first = rig.push(entity, 1);
        rig.step();
        trick = Trick.RETURNS_THE_LAST_ONE_AGAIN;
        SchedulerJob second = rig.push(entity, 2);
        rig.step();
        rig.finish(0, null);
        rig.step();

        assertThat(first.finished().isSignaled()).isTrue();
        assertThat(second.finished().isSignaled()).isTrue();
        assertTheRingGoesOn();
    }

    @Test
    void shouldRefuseTheIdOfAJobThatIsOnTheRing() {
        SchedulerJob first = rig.push(entity, 1);
        SchedulerJob twin = rig.push(rig.scheduler.newEntity("other"), 1);
        rig.step();

        assertThat(twin.finished().status().error()).isEqualTo(FenceError.EINVAL);
        assertThat(first.finished().isSignaled()).isFalse();
        assertThat(rig.ran).containsExactly(first);
        assertThat(rig.reports).singleElement().asString().contains("has the id of a job that is on the ring");

        rig.finish(0, null);
        SchedulerJob again = rig.push(entity, 1); // before the scheduler has heard of the first one's end
        rig.step();
        assertThat(rig.ran).containsExactly(first, again);
        SchedulerJob third = rig.push(entity, 1);
        rig.step();
        assertThat(third.finished().status().error()).isEqualTo(FenceError.EINVAL);
        rig.finish(1, null);
        rig.step();
        assertThat(again.finished().status().error()).isNull();
        assertTheRingGoesOn();
    }

    @Test
    void shouldTellTwinsApartWhateverTheOrderOfTheIds() {
        SchedulerRig wide = new SchedulerRig(64, null);
        SchedulerEntity client = wide.scheduler.newEntity("client");
        long[] ids = {7, 9, 3, 8, Long.MIN_VALUE, Long.MAX_VALUE, 4};
        for (long id : ids) {
            wide.push(client, id);
        }
        wide.step();
        assertThat(wide.ran).hasSize(ids.length);

        List<SchedulerJob> twins = new ArrayList<>();
        for (long id : ids) {
            twins.add(wide.push(client, id));
        }
        wide.step();

        assertThat(wide.ran).hasSize(ids.length);
        assertThat(twins)
                .allSatisfy(twin -> assertThat(twin.finished().status().error()).isEqualTo(FenceError.EINVAL));
        for (int i = 0; i < ids.length; i++) {
            wide.finish(i, null);
        }
        wide.step();
        for (long id : ids) { // none is left behind
            wide.push(client, id);
        }
        wide.step();
        assertThat(wide.ran).hasSize(2 * ids.length);
    }
}
