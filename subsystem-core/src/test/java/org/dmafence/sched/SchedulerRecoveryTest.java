package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dmafence.fence.FenceError;
import org.dmafence.testkit.VirtualCpu;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stopping, resubmitting, starting, and who is to blame. */
final class SchedulerRecoveryTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final MockGpu gpu = new MockGpu(cpu, builder -> builder.creditLimit(2));
    private final GpuScheduler scheduler = gpu.scheduler;
    private final SchedulerRecovery recovery = scheduler.recovery();
    private final GuiltyFlag flag = new GuiltyFlag();
    private final SchedulerEntity entity =
            SchedulerEntity.builder("client", List.of(scheduler)).guilty(flag).build();
    private final SchedulerJob first = gpu.submit(entity, 0);
    private final SchedulerJob second = gpu.submit(entity, 0);
    private final SchedulerJob queued = gpu.submit(entity, 0);

    {
        gpu.advanceMs(1);
        assertThat(gpu.ran).hasSize(2);
    }

    @AfterEach
    void close() {
        cpu.close();
    }

    private static @Nullable FenceError errorOf(SchedulerJob job) {
        assertThat(job.finished().isSignaled()).as("%s has finished", job).isTrue();
        return job.finished().status().error();
    }

    @Test
    void shouldTakeTheJobsBack() {
        recovery.stop(null);

        assertThat(scheduler.isStopped()).isTrue();
        assertThat(scheduler.usedCredits()).isZero();
        assertThat(scheduler.pendingJobs()).containsExactly(first, second);
        assertThat(first.fence().parent()).isNull();
        gpu.endJob(first.work().id(), FenceError.EIO);
        gpu.advanceMs(1);
        assertThat(first.finished().isSignaled())
                .as("what the hardware says now does not count")
                .isFalse();
    }

    @Test
    void shouldFreeWhatHadFinishedWhenStopped() {
        gpu.endJob(second.work().id(), null);
        recovery.stop(null);

        assertThat(gpu.freed).containsExactly(second.work().id());
        assertThat(scheduler.pendingJobs()).containsExactly(first);
    }

    @Test
    void shouldEndWhatWasNotResubmitted() {
        recovery.stop(null);
        recovery.start(null);
        gpu.advanceMs(1);

        assertThat(errorOf(first)).isEqualTo(FenceError.ECANCELED);
        assertThat(errorOf(second)).isEqualTo(FenceError.ECANCELED);
        assertThat(queued.scheduled().isSignaled()).isTrue();
        assertThat(gpu.freed).containsExactly(first.work().id(), second.work().id());
        assertThat(scheduler.usedCredits()).isEqualTo(1);
    }

    @Test
    void shouldEndThemWithTheErrorOfTheStart() {
        recovery.stop(null);
        recovery.start(FenceError.ETIME);
        gpu.advanceMs(1);

        assertThat(errorOf(first)).isEqualTo(FenceError.ETIME);
    }

    @Test
    void shouldRunAgainWhatIsResubmitted() {
        recovery.stop(null);
        recovery.resubmit();
        assertThat(gpu.ran)
                .containsExactly(
                        first.work().id(),
                        second.work().id(),
                        first.work().id(),
                        second.work().id());
        gpu.endJob(second.work().id(), null);
        assertThat(second.finished().isSignaled()).as("held until the start").isFalse();

        recovery.start(null);
        gpu.advanceMs(1);

        assertThat(errorOf(second)).isNull();
        assertThat(scheduler.usedCredits())
                .as("the first, and the one that was queued")
                .isEqualTo(2);
        gpu.kill(FenceError.EIO);
        gpu.advanceMs(1);
        assertThat(errorOf(first)).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldSurviveBeingStoppedTwice() {
        recovery.stop(null);
        recovery.stop(null);
        recovery.start(null);
        recovery.start(null);
        gpu.advanceMs(1);

        assertThat(errorOf(first)).as("the kernel waits for ever").isEqualTo(FenceError.ECANCELED);
        assertThat(gpu.freed).containsExactly(first.work().id(), second.work().id());
        assertThat(scheduler.usedCredits()).isEqualTo(1);
    }

    @Test
    void shouldLeaveJobsAloneThatWereNotTakenBack() {
        recovery.stopWork();
        recovery.start(null);
        gpu.advanceMs(1);

        assertThat(first.finished().isSignaled()).isFalse();
        assertThat(scheduler.usedCredits()).as("not charged twice").isEqualTo(2);
    }

    @Test
    void shouldRefuseToResubmitWhatTheHardwareHas() {
        assertThatThrownBy(recovery::resubmit)
                .isInstanceOf(SchedulerException.class)
                .hasMessageContaining("stop it");
    }

    @Test
    void shouldRefuseToStartAfterTeardown() {
        scheduler.tearDown(FenceError.ECANCELED);

        assertThatThrownBy(() -> recovery.start(null)).isInstanceOf(SchedulerException.class);
        assertThatThrownBy(recovery::startWork).isInstanceOf(SchedulerException.class);
        recovery.stop(first);
        assertThat(gpu.freed).hasSize(3);
    }

    @Test
    void shouldPauseWithoutTakingAnythingBack() {
        recovery.stopWork();
        gpu.endJob(first.work().id(), null);
        gpu.advanceMs(1);
        assertThat(errorOf(first)).isNull();
        assertThat(gpu.freed).isEmpty();
        assertThat(gpu.ran).hasSize(2);

        recovery.startWork();
        gpu.advanceMs(1);

        assertThat(gpu.freed).containsExactly(first.work().id());
        assertThat(gpu.ran).hasSize(3);
    }

    // ---- blame ------------------------------------------------------------------------------------------------------

    @Test
    void shouldHandOutTheJobsOfTheGuiltyWithAnErrorAlready() {
        recovery.blame(first);
        assertThat(flag.isGuilty()).isTrue();
        gpu.endJob(first.work().id(), null);
        gpu.advanceMs(1);

        assertThat(queued.scheduled().isSignaled())
                .as("the driver is asked to run it")
                .isTrue();
        assertThat(queued.finished().errno()).isEqualTo(FenceError.ECANCELED.errno());
        gpu.endJob(queued.work().id(), null);
        assertThat(errorOf(queued)).isEqualTo(FenceError.ECANCELED);
    }

    @Test
    void shouldGiveUpAnEntityThatWasBlamedMoreOftenThanTheLimit() {
        recovery.blame(first);
        recovery.stop(null);
        recovery.resubmit();
        assertThat(first.finished().errno()).as("the limit of the mock is 1").isZero();
        recovery.start(null);
        recovery.blame(first);
        recovery.stop(null);
        recovery.resubmit();

        assertThat(first.karma()).isEqualTo(2);
        assertThat(first.finished().errno()).isEqualTo(FenceError.ECANCELED.errno());
        assertThat(second.finished().errno()).as("of the same entity").isEqualTo(FenceError.ECANCELED.errno());
    }

    @Test
    void shouldNeverBlameTheDriversOwnWork() {
        gpu.endJob(first.work().id(), null);
        gpu.endJob(second.work().id(), null);
        GuiltyFlag drivers = new GuiltyFlag();
        SchedulerEntity kernel = SchedulerEntity.builder("driver", List.of(scheduler))
                .priority(SchedulerPriority.KERNEL)
                .guilty(drivers)
                .build();
        SchedulerJob job = gpu.submit(kernel, 0);
        gpu.advanceMs(1);
        recovery.blame(job);

        assertThat(job.karma()).isZero();
        assertThat(drivers.isGuilty()).isFalse();
    }

    @Test
    void shouldCountBlameWithoutTheClientsGuilt() {
        assertThat(recovery.invalidate(first, 1)).isFalse();
        assertThat(recovery.invalidate(first, 1)).isTrue();
        assertThat(flag.isGuilty()).isFalse();
    }

    @Test
    void shouldFindPendingJobsOfAnEntity() {
        SchedulerEntity other = gpu.entity();

        assertThat(scheduler.pendingJobs(entity))
                .as("upstream's filter never matches")
                .containsExactly(first, second);
        assertThat(scheduler.pendingJobs(other)).isEmpty();
        assertThat(first.pollSignaled()).isFalse();
        gpu.endJob(first.work().id(), null);
        assertThat(first.pollSignaled()).isTrue();
    }
}
