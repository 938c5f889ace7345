package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.RingJob;
import org.junit.jupiter.api.Test;

final class JobBatchesTest {
    private final SchedulerRig rig = new SchedulerRig(64, null);
    private final SchedulerEntity client = rig.scheduler.newEntity("client");

    @Test
    void shouldTakeInManyFinishedJobsAsOneEvent() {
        for (int id = 1; id <= 3; id++) {
            rig.push(client, id);
        }
        rig.step();
        for (int i = 0; i < 3; i++) {
            rig.finish(i, null);
        }
        FinishedJobs finished = new FinishedJobs((SchedulerJob) rig.events.remove());
        finished.add((SchedulerJob) rig.events.remove());
        finished.add((SchedulerJob) rig.events.remove());
        assertThat(finished.count()).isEqualTo(3);

        rig.scheduler.handle(finished);
        assertThat(rig.scheduler.usedCredits()).isZero();
        assertThat(rig.scheduler.score()).as("the entity").isEqualTo(1);
        rig.step();

        assertThat(rig.freedIds()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldTakeInJobsThatWereFreedBeforeTheirEventCame() {
        rig.push(client, 1);
        rig.push(client, 2);
        rig.step();
        rig.finish(1, null);
        rig.finish(0, null);
        SchedulerJob second = (SchedulerJob) rig.events.remove();
        FinishedJobs late = new FinishedJobs(second);
        rig.step(); // takes in the first job's event and frees both
        assertThat(rig.freedIds()).containsExactly(1L, 2L);

        rig.scheduler.handle(late);
        rig.step();

        assertThat(rig.scheduler.usedCredits()).isZero();
        assertThat(rig.scheduler.score()).isEqualTo(1);
        assertThat(rig.freedIds()).hasSize(2);
    }

    @Test
    void shouldHandOutInOrder() {
        Engine engine = new Engine();
        engine.push(1);
        engine.push(2);
        engine.push(3);
        engine.scheduler.runReady();
        assertThat(engine.handed.count()).isEqualTo(3);

        engine.run(engine.handed);

        assertThat(rig.inFlight()).isEqualTo(3);
        assertThat(engine.seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldRunAJobOnceThatWasHandedOutAgainBeforeTheEngineCameToIt() {
        Engine engine = new Engine();
        engine.push(1);
        engine.push(2);
        engine.scheduler.runReady();
        HandedJobs first = engine.handed;
        engine.handed = new HandedJobs();
        engine.scheduler.recovery().stop(null);
        engine.scheduler.recovery().resubmit();
        engine.scheduler.recovery().start(null);
        assertThat(engine.handed.count()).isEqualTo(2);

        engine.run(first);
        engine.run(engine.handed);

        assertThat(rig.inFlight()).isEqualTo(2);
        rig.finish(0, null);
        rig.finish(1, null);
        assertThat(engine.jobs).allMatch(job -> job.finished().isSignaled());
    }

    /** A host that collects what it hands out; the rig is its ring. */
    private final class Engine implements SchedulerPort {
        final GpuScheduler scheduler = GpuScheduler.builder(rig.runtime, "dev", "gfx", this)
                .creditLimit(64)
                .hangLimit(1)
                .build();
        final SchedulerEntity entity = scheduler.newEntity("client");
        final List<SchedulerJob> jobs = new ArrayList<>();
        final List<Long> seen = new ArrayList<>();
        HandedJobs handed = new HandedJobs();

        void push(long id) {
            SchedulerJob job = entity.newJob(RingJob.external(id), 1).arm();
            job.finished().retain();
            jobs.add(job);
            scheduler.push(job);
        }

        void run(HandedJobs some) {
            some.drain(job -> {
                seen.add(job.work().id());
                job.runOn(rig);
            });
        }

        @Override
        public void post(SchedulerEvent event) {
            rig.events.add(event);
        }

        @Override
        public void run(SchedulerJob job) {
            handed.add(job);
        }

        @Override
        public void freed(SchedulerJob job) {}
    }
}
