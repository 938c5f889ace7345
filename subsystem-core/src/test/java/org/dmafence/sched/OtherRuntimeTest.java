package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.Test;

/** Contexts are numbered from 1 in every runtime: equal numbers of two runtimes are not the same timeline. */
final class OtherRuntimeTest {
    private final SchedulerRig rig = new SchedulerRig(2, null);
    private final SchedulerEntity entity = rig.scheduler.newEntity("client");
    private final FenceRuntime elsewhere = FenceRuntime.builder().build();

    private FenceContext elsewhere(long id) {
        return FenceContext.builder(elsewhere).id(id).build();
    }

    @Test
    void shouldWaitForAFenceWhoseContextHasTheNumberOfTheEntitys() {
        for (long id = entity.fenceContext(); id <= entity.fenceContext() + 1; id++) {
            FenceContext issuer = elsewhere(id);
            DmaFence fence = issuer.newFence(new SchedulerRig.Foreign(), 1);
            SchedulerJob job = rig.push(entity, id, fence);
            rig.step();
            assertThat(job.scheduled().isSignaled()).isFalse();
            assertThat(entity.dependency()).isSameAs(fence);

            issuer.signal(fence);
            rig.step();
            assertThat(job.scheduled().isSignaled()).isTrue();
        }
    }

    @Test
    void shouldKeepDependenciesOfTwoRuntimesApart() {
        FenceContext here = FenceContext.builder(rig.runtime).build();
        DmaFence one = here.newFence(new SchedulerRig.Foreign(), 5);
        DmaFence other = elsewhere(here.id()).newFence(new SchedulerRig.Foreign(), 3);
        DmaFence later = elsewhere(here.id()).newFence(new SchedulerRig.Foreign(), 9);
        SchedulerJob job = entity.newJob(RingJob.external(1), 1);

        job.addDependency(one);
        job.addDependency(other);
        assertThat(job.dependencies()).containsExactly(one, other);
        job.addDependency(later);

        assertThat(job.dependencies()).containsExactly(one, later);
        job.cleanup();
    }
}
