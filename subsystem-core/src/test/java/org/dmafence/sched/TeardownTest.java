package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;

/** The end of a scheduler reaches every job, whatever freeing one of them leads to. */
final class TeardownTest {
    private final List<SchedulerJob> jobs = new ArrayList<>();
    private final List<Long> unsignaledAtFree = new ArrayList<>();
    private boolean canCancelThrows;

    private final SchedulerRig rig = new SchedulerRig(2, null) {
        @Override
        public void freed(SchedulerJob job) {
            super.freed(job);
            unsignaledAtFree.add(
                    jobs.stream().filter(each -> !each.finished().isSignaled()).count());
        }

        @Override
        public boolean canCancel() {
            if (canCancelThrows) {
                throw new IllegalStateException("can't say");
            }
            return false;
        }
    };

    /** More jobs than credits: two on the hardware, the others queued behind them, of several entities. */
    private void fill() {
        for (int i = 0; i < 4; i++) {
            SchedulerEntity entity = rig.scheduler.newEntity("client " + i);
            jobs.add(rig.push(entity, 2 * i + 1));
            jobs.add(rig.push(entity, 2 * i + 2));
        }
        rig.step();
        assertThat(rig.ran).hasSize(2);
    }

    private void assertAllEnded(FenceError error) {
        assertThat(jobs).allSatisfy(job -> {
            assertThat(job.finished().isSignaled()).as("%s", job).isTrue();
            assertThat(job.finished().status().error()).isEqualTo(error);
        });
        assertThat(rig.freed).containsExactlyInAnyOrderElementsOf(jobs);
    }

    @Test
    void shouldEndEveryJobBeforeAnyIsFreed() {
        fill();

        assertThat(rig.scheduler.tearDown(FenceError.ENODEV)).isEqualTo(8);

        assertAllEnded(FenceError.ENODEV);
        assertThat(unsignaledAtFree).hasSize(8).containsOnly(0L);
    }

    @Test
    void shouldEndTheOthersWhenAClientHasReleasedOnceTooOften() {
        fill();
        DmaFence robbed = jobs.get(0).finished();
        robbed.release(); // its own
        robbed.release(); // and the job's

        rig.scheduler.tearDown(FenceError.ENODEV);

        assertThat(jobs.subList(1, 8))
                .allSatisfy(job -> assertThat(job.finished().isSignaled()).isTrue());
        assertThat(rig.freed).hasSize(8);
    }

    @Test
    void shouldGoOnWithOtherJobsWhenAClientHasReleasedOnceTooOften() {
        SchedulerJob robbed = rig.push(rig.scheduler.newEntity("thief"), 1);
        SchedulerJob innocent = rig.push(rig.scheduler.newEntity("client"), 2);
        rig.step();
        robbed.finished().release();
        rig.finish(0, null);
        robbed.finished().release();
        rig.step();
        rig.finish(1, null);
        rig.step();

        assertThat(innocent.finished().isSignaled()).isTrue();
        assertThat(rig.freedIds()).containsExactly(1L, 2L);
    }

    @Test
    void shouldEndEveryJobWhenThePortThrows() {
        fill();
        canCancelThrows = true;

        rig.scheduler.tearDown(null);

        assertThat(jobs)
                .allSatisfy(job -> assertThat(job.finished().isSignaled()).isTrue());
        assertThat(rig.reports).anySatisfy(report -> assertThat(report).contains("can't say"));
    }

    @Test
    void shouldEndAJobThatComesLater() {
        SchedulerEntity entity = rig.scheduler.newEntity("client");
        SchedulerJob late = entity.newJob(RingJob.external(1), 1).arm();
        late.finished().retain();
        rig.scheduler.tearDown(FenceError.ENODEV);

        assertThatThrownBy(() -> rig.scheduler.push(late)).isInstanceOf(SchedulerException.class);

        assertThat(late.finished().status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(rig.freedIds()).containsExactly(1L);
    }
}
