package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.trace.FenceTag;
import org.junit.jupiter.api.Test;

final class SchedulerFenceTest {
    private final SchedulerRig rig = new SchedulerRig(2, null);
    private final SchedulerEntity entity = rig.scheduler.newEntity("client");

    @Test
    void shouldHaveConsecutiveContextsAndCountFromOne() {
        SchedulerJob first = rig.push(entity, 1);
        SchedulerJob second = rig.push(entity, 2);

        assertThat(first.scheduled().context()).isEqualTo(entity.fenceContext());
        assertThat(first.finished().context()).isEqualTo(entity.fenceContext() + 1);
        assertThat(first.scheduled().seqno()).isEqualTo(1);
        assertThat(first.finished().seqno()).isEqualTo(1);
        assertThat(second.finished().seqno()).isEqualTo(2);
        assertThat(first.finished().isSeqno64()).isFalse();
    }

    @Test
    void shouldBeNamedAfterTheScheduler() {
        SchedulerJob job = rig.push(entity, 1);

        assertThat(job.finished().driverName()).isEqualTo("drm_sched");
        assertThat(job.scheduled().timelineName()).isEqualTo("gfx");
    }

    @Test
    void shouldTellItsTwoFencesApartInARecording() {
        SchedulerJob job = rig.push(entity, 7);

        assertThat(job.fence().tag(job.scheduled()))
                .isEqualTo(new FenceTag("scheduled", job.work().id(), "client"));
        assertThat(job.fence().tag(job.finished()))
                .isEqualTo(new FenceTag("finished", job.work().id(), "client"));
    }

    @Test
    void shouldKeepItsRingsNameWhenItsEntityMovesOn() {
        SchedulerTimeline timeline = new SchedulerTimeline(rig.runtime, "client", "client");
        SchedulerFence on = new SchedulerFence(timeline, new SchedulerIdentity("gfx"), 1);
        SchedulerFence moved = new SchedulerFence(timeline, new SchedulerIdentity("sdma"), 2);

        assertThat(moved.finished().timelineName()).isEqualTo("sdma");
        assertThat(on.finished().lastKnownTimelineName()).isEqualTo("gfx");
        assertThat(moved.scheduled().lastKnownTimelineName()).isEqualTo("sdma");
        assertThat(on.scheduled().toString()).contains("gfx");
    }

    @Test
    void shouldStayAttachedAndPinNobodysModule() {
        SchedulerJob job = rig.push(entity, 1);
        rig.step();
        rig.finish(0, null);

        assertThat(job.finished().isDetached()).as("the table has a release op").isFalse();
        assertThat(job.finished().isSignaled()).isTrue();
    }

    @Test
    void shouldKnowItsPairFromEitherFence() {
        SchedulerJob job = rig.push(entity, 1);

        assertThat(SchedulerFence.of(job.finished())).isSameAs(job.fence());
        assertThat(SchedulerFence.of(job.scheduled())).isSameAs(job.fence());
        assertThat(SchedulerFence.of(rig.foreign().fence())).isNull();
    }

    @Test
    void shouldDropScheduledAndTheParentWithTheLastReference() {
        SchedulerJob job = rig.push(entity, 1);
        rig.step();
        DmaFence parent = Objects.requireNonNull(job.fence().parent());
        assertThat(parent.references()).as("the test's and the pair's").isEqualTo(2);
        job.scheduled().release();
        rig.finish(0, null);
        rig.step();
        assertThat(parent.references()).isEqualTo(2);

        job.finished().release();

        assertThat(job.finished().isFreed()).isTrue();
        assertThat(job.scheduled().isFreed()).isTrue();
        assertThat(parent.references()).isEqualTo(1);
    }

    @Test
    void shouldForwardADeadlineThatIsSetBeforeTheJobRuns() {
        SchedulerJob job = rig.push(entity, 1);
        job.finished().setDeadline(500);
        job.finished().setDeadline(700);
        rig.step();

        assertThat(rig.hardwareOps.deadlines).containsExactly(500L);
        assertThat(job.fence().deadlineNs()).isEqualTo(500);
    }

    @Test
    void shouldForwardSoonerDeadlinesToTheParent() {
        SchedulerJob job = rig.push(entity, 1);
        rig.step();
        job.finished().setDeadline(900);
        job.finished().setDeadline(950);
        job.finished().setDeadline(800);

        assertThat(rig.hardwareOps.deadlines).containsExactly(900L, 800L);
        assertThat(rig.hardwareOps.has(Op.SET_DEADLINE)).isTrue();
    }
}
