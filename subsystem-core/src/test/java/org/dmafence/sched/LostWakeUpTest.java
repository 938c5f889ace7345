package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;

/**
 * Nobody sleeps on while the scheduler could go on: entities that wait for each other, for credits or for somebody who
 * is killed. {@link KillBench} asks the same after each of its random steps.
 */
final class LostWakeUpTest {
    private final SchedulerRig rig = new SchedulerRig(4, null);
    private final SchedulerEntity one = rig.scheduler.newEntity("one");
    private final SchedulerEntity other = rig.scheduler.newEntity("other");

    @Test
    void shouldRunWhoWaitsForAJobOfAnEntityThatIsKilled() {
        SchedulerJob stuck = rig.push(one, 1, rig.foreign().fence());
        SchedulerRig.ForeignFence foreign = rig.foreign();
        SchedulerJob killed = rig.push(one, 2, foreign.fence());
        SchedulerJob waiting = rig.push(other, 3, killed.finished());
        rig.step();
        assertThat(other.dependency()).isNotNull();

        rig.scheduler.kill(one);
        rig.step();
        assertThat(waiting.scheduled().isSignaled())
                .as("a killed entity's jobs end after their dependencies")
                .isFalse();
        foreign.signal();
        rig.step();
        assertThat(killed.finished().isSignaled())
                .as("and in order: %s has not ended", stuck)
                .isFalse();
    }

    @Test
    void shouldRunWhoWaitsForAKilledJobWithoutDependencies() {
        SchedulerJob big = rig.pushCosting(one, 1, 4);
        rig.step();
        SchedulerJob killed = rig.push(one, 2);
        SchedulerJob waiting = rig.push(other, 3, killed.finished());
        rig.step();

        rig.scheduler.kill(one);
        rig.step();
        rig.finish(0, null);
        rig.step();

        assertThat(big.finished().isSignaled()).isTrue();
        assertThat(killed.finished().status().error()).isEqualTo(FenceError.ESRCH);
        assertThat(rig.ranIds()).containsExactly(1L, 3L);
        assertThat(waiting.scheduled().isSignaled()).isTrue();
    }

    @Test
    void shouldRunTheOthersWhenWhoDidNotFitIsKilled() {
        rig.push(other, 1);
        rig.step();
        rig.pushCosting(one, 2, 4); // fits only alone, and is not overtaken
        SchedulerJob behind = rig.push(other, 3);
        rig.step();
        assertThat(behind.scheduled().isSignaled()).isFalse();

        rig.scheduler.kill(one);
        rig.step();
        rig.finish(0, null);
        rig.step();

        assertThat(behind.scheduled().isSignaled()).isTrue();
    }

    @Test
    void shouldRunWhoComesBackWhileTheSchedulerWasStopped() {
        rig.scheduler.recovery().stop(null);
        SchedulerRig.ForeignFence foreign = rig.foreign();
        SchedulerJob first = rig.push(one, 1);
        SchedulerJob second = rig.push(other, 2, foreign.fence());
        rig.step();
        foreign.signal();
        rig.step();
        assertThat(rig.ran).isEmpty();

        rig.scheduler.recovery().start(null);
        rig.step();

        assertThat(first.scheduled().isSignaled()).isTrue();
        assertThat(second.scheduled().isSignaled()).isTrue();
    }
}
