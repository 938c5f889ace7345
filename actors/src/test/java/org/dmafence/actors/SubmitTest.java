package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sched.SchedulerException;
import org.junit.jupiter.api.Test;

final class SubmitTest extends SubsystemTest {
    @Test
    void shouldRunJobsOfARingInTheOrderOfSubmission() {
        EntityHandle entity = subsystem.openEntity(open("gfx"), "client");
        List<Long> order = new CopyOnWriteArrayList<>();
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            JobHandle job = subsystem.submit(entity, JobSpec.of(RingJob.lasting(i, 10)));
            if (!job.finished().addCallback(FenceCallback.of(f -> order.add(job.id())))) {
                order.add(job.id());
            }
            jobs.add(job);
        }

        jobs.forEach(job -> assertEnds(job, FenceStatus.OK));

        long last = Long.MIN_VALUE;
        for (JobHandle job : jobs) {
            assertThat(job.ranNs()).isGreaterThanOrEqualTo(last);
            last = job.ranNs();
        }
        eventually().until(() -> order.size() == 500);
    }

    @Test
    void shouldCarryAHardwareErrorToFinished() {
        EntityHandle entity = subsystem.openEntity(open("gfx"), "client");

        JobHandle job = subsystem.submit(entity, JobSpec.of(new RingJob(1, 1_000, FenceError.ETIME)));

        assertEnds(job, new FenceStatus(true, FenceError.ETIME));
    }

    @Test
    void shouldHoldBackJobsThatDoNotFitTheCredits() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(ring("gfx")).withCredits(2));
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        JobHandle first = submitExternal(entity, 1);
        JobHandle wide =
                subsystem.submit(entity, JobSpec.of(RingJob.external(2)).withCredits(2));
        quiesce();
        assertThat(first.scheduled().isSignaled()).isTrue();
        assertThat(wide.scheduled().isSignaled()).isFalse();

        completes(scheduler, 1);
        quiesce();

        assertThat(wide.scheduled().isSignaled()).isTrue();
    }

    @Test
    void shouldWaitForFencesOfOtherSchedulersAndIssuers() {
        SchedulerHandle gfx = open("gfx");
        SchedulerHandle copy = open("copy");
        ForeignFence foreign = ForeignFence.of(runtime);
        JobHandle upload = submitExternal(subsystem.openEntity(copy, "client"), 1);
        JobHandle draw = submitExternal(subsystem.openEntity(gfx, "client"), 2, upload.finished(), foreign.fence());
        quiesce();
        assertThat(draw.scheduled().isSignaled()).isFalse();
        foreign.signal();
        quiesce();
        assertThat(draw.scheduled().isSignaled()).isFalse();

        completes(copy, 1);
        quiesce();

        assertThat(draw.scheduled().isSignaled()).isTrue();
    }

    @Test
    void shouldPassTheDeadlineOnToTheHardwareFence() {
        SchedulerHandle scheduler = open("gfx");
        System.clearProperty("scripted.deadline");

        subsystem.submit(
                subsystem.openEntity(scheduler, "client"),
                JobSpec.of(RingJob.external(1)).by(4711));
        quiesce();

        assertThat(System.getProperty("scripted.deadline")).isEqualTo("4711");
    }

    @Test
    void shouldRefuseMoreUnfinishedJobsThanTheLimit() {
        FenceSubsystem small =
                FenceSubsystem.create(system(), runtime, subsystem.settings().withMaxUnfinishedJobs(4));
        SchedulerHandle scheduler = get(small.openScheduler(load(small), SchedulerSpec.of(ring("gfx"))));
        EntityHandle entity = small.openEntity(scheduler, "client");
        for (int i = 1; i <= 4; i++) {
            awaitSignaled(small.submit(entity, JobSpec.of(RingJob.external(i))).scheduled());
        }

        assertThatThrownBy(() -> small.submit(entity, JobSpec.of(RingJob.external(5))))
                .isInstanceOfSatisfying(SubmitRefusedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Reason.BACK_PRESSURE);
                    assertThat(refused.error()).isEqualTo(FenceError.EAGAIN);
                })
                .hasMessageContaining("4 unfinished jobs")
                .hasMessageContaining(Settings.MAX_UNFINISHED_JOBS);
        completes(scheduler, 1);
        eventually().until(() -> scheduler.stats().ended() == 1);
        assertThat(small.submit(entity, JobSpec.of(RingJob.external(6)))
                        .finished()
                        .isSignaled())
                .isFalse();
        assertThat(scheduler.stats().refused()).isEqualTo(1);
        get(small.shutdown());
    }

    @Test
    void shouldRefuseAJobWithoutCreditsAndGiveItsPlaceBack() {
        SchedulerHandle scheduler = open("gfx");
        EntityHandle entity = subsystem.openEntity(scheduler, "client");

        assertThatThrownBy(() ->
                        subsystem.submit(entity, JobSpec.of(RingJob.external(1)).withCredits(0)))
                .isInstanceOf(SchedulerException.class);

        assertThat(scheduler.stats().submitted()).isZero();
    }

    @Test
    void shouldGiveEverythingBackWhenADependencyIsGone() {
        SchedulerHandle scheduler = open("gfx");
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        ForeignFence alive = ForeignFence.of(runtime);
        ForeignFence freed = ForeignFence.of(runtime);
        freed.signal();
        freed.fence().release();

        assertThatThrownBy(() -> submitExternal(entity, 1, alive.fence(), freed.fence()))
                .isInstanceOf(IllegalStateException.class);

        assertThat(alive.fence().references()).isEqualTo(1);
        assertThat(scheduler.stats().submitted()).isZero();
    }

    @Test
    void shouldEndTheJobsOfAKilledEntityAndTakeNoMore() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        EntityHandle other = subsystem.openEntity(scheduler, "other");
        JobHandle running = submitExternal(entity, 1);
        JobHandle queued = submitExternal(entity, 2);
        JobHandle bystander = submitExternal(other, 3);
        entity.kill();

        assertThatThrownBy(() -> submitExternal(entity, 4))
                .isInstanceOfSatisfying(
                        SubmitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.ENTITY_KILLED));
        eventually()
                .untilAsserted(
                        () -> assertThat(running.scheduled().isSignaled()).isTrue());
        completes(scheduler, 1);
        assertEnds(running, FenceStatus.OK);
        assertEnds(queued, new FenceStatus(true, FenceError.ESRCH));
        awaitSignaled(bystander.scheduled());
        completes(scheduler, 3);
        assertEnds(bystander, FenceStatus.OK);
        awaitConserved(scheduler);
    }

    @Test
    void shouldRingOncePerBatchNotPerJob() {
        SchedulerHandle scheduler = open("gfx");
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        int count = 20_000;

        submit(entity, count, 0).forEach(job -> assertEnds(job, FenceStatus.OK));
        awaitConserved(scheduler);

        SchedulerStats stats = scheduler.stats();
        assertThat(stats.submitted()).isEqualTo(count);
        assertThat(stats.schedulerDoorbells()).as("%s", stats).isLessThan(count / 2);
        assertThat(stats.engineDoorbells()).as("%s", stats).isLessThan(count / 2);
    }

    @Test
    void shouldKeepEachSubmittersOrderWhenManySubmit() throws InterruptedException {
        SchedulerHandle scheduler = open("gfx");
        EntityHandle shared = subsystem.openEntity(scheduler, "shared");
        List<Thread> threads = new ArrayList<>();
        ForeignFence gate = ForeignFence.of(runtime); // none runs before each has its callback
        List<JobHandle> all = new CopyOnWriteArrayList<>();
        List<Long> byEnd = new CopyOnWriteArrayList<>();
        FenceCallback[] note = new FenceCallback[4 * 300];
        Arrays.setAll(note, i -> FenceCallback.of(finished -> byEnd.add(finished.seqno())));
        for (int t = 0; t < 4; t++) {
            int base = t * 300;
            Thread thread = new Thread(
                    () -> {
                        List<JobHandle> mine = new ArrayList<>();
                        for (int i = 0; i < 300; i++) {
                            JobSpec spec = JobSpec.of(RingJob.lasting(base + i, 0));
                            JobHandle job = subsystem.submit(shared, spec.after(gate.fence()));
                            assertThat(job.finished().addCallback(note[base + i]))
                                    .isTrue();
                            mine.add(job);
                        }
                        all.addAll(mine);
                    },
                    "submitter-" + t);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        gate.signal();
        all.forEach(job -> assertEnds(job, FenceStatus.OK));
        awaitConserved(scheduler);
        assertThat(byEnd).as("as they ran").hasSize(1_200).isSorted();
        assertThat(all.stream()
                        .sorted(Comparator.comparing(job -> job.finished().seqno()))
                        .map(JobHandle::ranNs))
                .as("their times, of which several may be one")
                .isSorted();
    }
}
