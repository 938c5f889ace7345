package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.SyncObj;
import org.junit.jupiter.api.Test;

final class JobDependenciesTest {
    private final SchedulerRig rig = new SchedulerRig(1, null);
    private final SchedulerEntity entity = rig.scheduler.newEntity("client");
    private final SchedulerJob job = entity.newJob(RingJob.external(1), 1);
    private final DmaFence writer = rig.foreign().fence();
    private final DmaFence reader = rig.foreign().fence();
    private final ReservationObject buffer = ReservationObject.create(rig.runtime);

    private void reserve() {
        buffer.mutex().lock();
        buffer.reserve(2);
        buffer.add(writer, ResvUsage.WRITE);
        buffer.add(reader, ResvUsage.READ);
    }

    @Test
    void shouldWaitForTheFencesOfAUsage() {
        reserve();
        JobDependencies.addReservation(job, buffer, ResvUsage.WRITE);
        buffer.mutex().unlock();

        assertThat(job.dependencies()).containsExactly(writer);
        assertThat(job.hasDependency(reader)).isFalse();
        job.cleanup();
        assertThat(writer.references()).as("the test's and the buffer's").isEqualTo(2);
    }

    @Test
    void shouldMakeAWriterWaitForReadersToo() {
        reserve();
        JobDependencies.addImplicit(job, buffer, true);
        SchedulerJob reading = entity.newJob(RingJob.external(2), 1);
        JobDependencies.addImplicit(reading, buffer, false);
        buffer.mutex().unlock();

        assertThat(job.dependencies()).containsExactlyInAnyOrder(writer, reader);
        assertThat(reading.dependencies()).containsExactly(writer);
    }

    @Test
    void shouldWaitForAPointBeyond32Bits() {
        long early = 5;
        long late = (1L << 32) + 5;
        SyncObj timeline = SyncObj.create(rig.runtime);
        FenceContext issuer = FenceContext.builder(rig.runtime).build();
        DmaFence first = issuer.newFence(new SchedulerRig.Foreign(), 1);
        DmaFence second = issuer.newFence(new SchedulerRig.Foreign(), 2);
        timeline.addPoint(first, early);
        timeline.addPoint(second, late);

        JobDependencies.addPoint(job, timeline, late);
        rig.scheduler.push(job.arm());
        rig.step();
        issuer.signal(first);
        rig.step();
        assertThat(rig.ranIds()).as("the lower half of the point was reached").isEmpty();
        issuer.signal(second);
        rig.step();

        assertThat(rig.ranIds()).containsExactly(1L);
    }

    @Test
    void shouldRefuseAPointThatNobodySubmitted() {
        SyncObj timeline = SyncObj.create(rig.runtime);

        assertThatThrownBy(() -> JobDependencies.addPoint(job, timeline, 3))
                .isInstanceOfSatisfying(
                        SchedulerException.class, e -> assertThat(e.error()).isEqualTo(FenceError.EINVAL))
                .hasMessageContaining("point 3");
    }

    @Test
    void shouldRefuseDependenciesOnceArmed() {
        reserve();
        job.arm();

        assertThatThrownBy(() -> JobDependencies.addReservation(job, buffer, ResvUsage.READ))
                .isInstanceOf(SchedulerException.class);
        buffer.mutex().unlock();
        assertThat(job.abandon(FenceError.ECANCELED)).isTrue();
    }

    @Test
    void shouldPipelineUnlessTheIssuerForbidsIt() {
        SchedulerRig wide = new SchedulerRig(4, null);
        SchedulerEntity a = wide.scheduler.newEntity("a");
        SchedulerEntity b = wide.scheduler.newEntity("b");
        SchedulerJob first = wide.push(a, 1);
        first.fence().dontPipeline();
        wide.push(b, 2, first.finished());
        wide.step();
        assertThat(wide.ranIds()).containsExactly(1L);

        wide.finish(0, null);
        wide.step();

        assertThat(wide.ranIds()).containsExactly(1L, 2L);
    }
}
