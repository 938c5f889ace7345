package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory may run out at any step: no job is on no list afterwards, and each ends. */
final class WantOfMemoryTest {
    /** Which of the host's calls has none. */
    private enum Step {
        POST,
        WORK_QUEUED,
        TIMER,
        FREED
    }

    private @Nullable Step failing;

    private void fail(Step step) {
        if (failing == step) {
            throw new OutOfMemoryError("not really");
        }
    }

    private final SchedulerRig rig = new SchedulerRig(2, null) {
        @Override
        public void post(SchedulerEvent event) {
            fail(Step.POST);
            super.post(event);
        }

        @Override
        public void workQueued() {
            fail(Step.WORK_QUEUED);
        }

        @Override
        public void timer(long atNs) {
            fail(Step.TIMER);
        }

        @Override
        public void freed(SchedulerJob job) {
            super.freed(job);
            fail(Step.FREED);
        }
    };

    @Test
    void shouldEndTheQueuedJobsOfAKilledEntityThough() {
        SchedulerEntity entity = rig.scheduler.newEntity("client");
        List<SchedulerJob> jobs = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            jobs.add(rig.push(entity, i));
        }

        failing = Step.POST;
        rig.scheduler.kill(entity);
        failing = null;
        rig.step();

        assertThat(jobs).allSatisfy(job -> {
            assertThat(job.finished().isSignaled()).as("%s", job).isTrue();
            assertThat(job.finished().status().isError()).isTrue();
        });
        assertThat(rig.freed).containsExactlyInAnyOrderElementsOf(jobs);
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void shouldEndEveryJobByATeardownWhateverFailedBefore(Step step) {
        SchedulerEntity doomed = rig.scheduler.newEntity("doomed");
        SchedulerEntity other = rig.scheduler.newEntity("other");
        List<SchedulerJob> jobs = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            jobs.add(rig.push(i % 2 == 0 ? doomed : other, i));
        }
        DmaFence never = rig.foreign().fence();
        jobs.add(rig.push(doomed, 9, never));

        failing = step;
        Throwable unused = catchThrowable(rig::step);
        Throwable unused2 = catchThrowable(() -> rig.scheduler.kill(doomed));
        Throwable unused3 = catchThrowable(() -> rig.finish(0, null));
        SchedulerJob late = other.newJob(RingJob.external(10), 1).arm();
        late.finished().retain();
        jobs.add(late);
        Throwable unused4 = catchThrowable(() -> rig.scheduler.push(late));
        Throwable unused5 = catchThrowable(rig::step);
        Throwable unused6 = catchThrowable(() -> rig.scheduler.tearDown(FenceError.ENODEV));

        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(job.finished().isSignaled()).as("%s", job).isTrue());
        assertThat(rig.freed).containsExactlyInAnyOrderElementsOf(jobs);
    }
}
