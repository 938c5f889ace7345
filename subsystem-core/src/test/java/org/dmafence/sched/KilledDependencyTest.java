package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;

/** A client that is killed takes nobody along who waits for a job of it. */
final class KilledDependencyTest {
    @Test
    void shouldRunAJobThatWaitsForOneWhichIsKilledBeforeItRan() {
        SchedulerRig rig = new SchedulerRig(1, null);
        SchedulerEntity a = rig.scheduler.newEntity("a");
        SchedulerEntity b = rig.scheduler.newEntity("b");
        rig.push(rig.scheduler.newEntity("busy"), 1);
        SchedulerJob killed = rig.push(a, 2);
        SchedulerJob waiting = rig.push(b, 3, killed.finished());
        rig.step();
        assertThat(rig.ranIds()).containsExactly(1L);

        rig.scheduler.kill(a);
        rig.finish(0, null);
        rig.step();

        assertThat(killed.finished().status().error()).isEqualTo(FenceError.ESRCH);
        assertThat(rig.ranIds()).as("it is woken by the end of the killed one").containsExactly(1L, 3L);
        rig.finish(1, null);
        rig.step();
        assertThat(waiting.finished().isSignaled()).isTrue();
    }
}
