package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.Test;

/** Driving the hardware by hand, step by step. */
final class ReplayTest extends SubsystemTest {
    @Test
    void shouldBeQuietAfterEachStep() {
        SchedulerHandle gfx = open("gfx");
        SchedulerHandle copy = open("copy");
        EntityHandle draws = subsystem.openEntity(gfx, "draws");
        EntityHandle copies = subsystem.openEntity(copy, "copies");
        for (int i = 0; i < 500; i++) {
            JobHandle first = submitExternal(copies, i);
            JobHandle second = submitExternal(draws, i, first.finished());
            quiesce();
            assertThat(first.scheduled().isSignaled()).isTrue();
            assertThat(second.scheduled().isSignaled()).isFalse();
            copy.engine().complete(i, null);
            quiesce();
            assertThat(first.finished().isSignaled()).isTrue();
            assertThat(second.scheduled().isSignaled()).isTrue();
            gfx.engine().complete(i, FenceError.EIO);
            quiesce();
            assertThat(second.finished().status().error()).isEqualTo(FenceError.EIO);
            assertThat(gfx.stats().ended()).isEqualTo(i + 1);
        }
    }

    @Test
    void shouldTellWhetherACompletedJobWasInFlight() {
        SchedulerHandle scheduler = open("gfx");
        submitExternal(subsystem.openEntity(scheduler, "client"), 7);
        quiesce();

        assertThat(get(scheduler.engine().complete(8, null))).isFalse();
        assertThat(get(scheduler.engine().complete(7, null))).isTrue();
        assertThat(get(scheduler.engine().complete(7, null))).isFalse();
    }

    @Test
    void shouldFollowAClockThatIsMovedByHand() {
        AtomicLong nowNs = new AtomicLong(1_000);
        FenceRuntime manual = FenceRuntime.builder().clock(nowNs::get).build();
        FenceSubsystem replay = FenceSubsystem.create(system(), manual);
        SchedulerHandle scheduler = get(replay.openScheduler(load(replay), SchedulerSpec.of(ring("gfx"))));
        JobHandle job = replay.submit(
                replay.openEntity(scheduler, "client"),
                JobSpec.of(RingJob.lasting(1, Duration.ofHours(1).toNanos())));
        awaitSignaled(job.scheduled());
        assertThat(job.submittedNs()).isEqualTo(1_000);

        nowNs.addAndGet(Duration.ofHours(1).toNanos());
        scheduler.engine().advance();

        assertEnds(job, FenceStatus.OK);
        assertThat(job.finished().timestampNs()).isEqualTo(nowNs.get());
        get(replay.shutdown());
    }
}
