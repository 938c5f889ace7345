package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.testkit.VirtualCpu;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Flushing, killing and finishing entities, and tearing schedulers down. */
final class EntityEndTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final MockGpu gpu = new MockGpu(cpu, builder -> builder.creditLimit(1));
    private final GpuScheduler scheduler = gpu.scheduler;
    private final SchedulerEntity entity = gpu.entity();
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        cpu.close();
    }

    private SchedulerFlush flush() {
        return scheduler.flush(entity, entity.client(), () -> told.add("idle"));
    }

    private static @Nullable FenceError errorOf(SchedulerJob job) {
        assertThat(job.finished().isSignaled()).as("%s has finished", job).isTrue();
        return job.finished().status().error();
    }

    @Test
    void shouldFlushAnIdleEntityAtOnce() {
        assertThat(flush().isIdle()).isTrue();
        assertThat(told).containsExactly("idle");
    }

    @Test
    void shouldFlushUntilTheQueueIsEmpty() {
        gpu.submit(entity, 1000);
        gpu.submit(entity, 1000);
        gpu.submit(entity, 0);
        SchedulerFlush flush = flush();
        gpu.advanceMs(1);
        assertThat(flush.isIdle()).isFalse();

        gpu.advanceMs(1);

        assertThat(flush.isIdle())
                .as("the last job is on the hardware, not through")
                .isTrue();
        assertThat(told).containsExactly("idle");
    }

    @Test
    void shouldKillTheEntityOfAKilledClientThatWasItsLastUser() {
        gpu.submit(entity, 0);
        SchedulerJob queued = gpu.submit(entity, 0);
        gpu.advanceMs(1);
        SchedulerFlush flush = flush();
        scheduler.endFlush(flush, true);
        gpu.advanceSeqno(1);
        gpu.advanceMs(1);

        assertThat(entity.isKilled()).isTrue();
        assertThat(errorOf(queued)).isEqualTo(FenceError.ESRCH);
        assertThat(told).as("the client is not told any more").isEmpty();
    }

    @Test
    void shouldSpareTheEntityWhenItsClientLeavesInPeaceOrAnotherUsesIt() {
        gpu.submit(entity, 0);
        gpu.submit(entity, 0);
        scheduler.endFlush(scheduler.flush(entity, "another", () -> {}), true);
        assertThat(entity.isKilled()).isFalse();
        scheduler.endFlush(flush(), false);
        assertThat(entity.isKilled()).isFalse();
        SchedulerJob job = entity.newJob(RingJob.external(77), 1).submittedBy("another");
        scheduler.push(job.arm());
        scheduler.endFlush(flush(), true);
        assertThat(entity.isKilled()).as("somebody else has used it since").isFalse();
        scheduler.endFlush(scheduler.flush(entity, "another", () -> {}), true);
        assertThat(entity.isKilled()).isTrue();
    }

    @Test
    void shouldWakeAFlushWhenTheEntityIsKilledOrItsSchedulerTornDown() {
        gpu.submit(entity, 0);
        gpu.submit(entity, 0);
        gpu.advanceMs(1);
        SchedulerFlush killed = flush();
        scheduler.kill(entity);
        assertThat(killed.isIdle()).isTrue();

        SchedulerEntity other = gpu.entity();
        gpu.submit(other, 0);
        SchedulerFlush torn = scheduler.flush(other, "", () -> told.add("torn"));
        scheduler.tearDown(FenceError.ECANCELED);
        assertThat(torn.isIdle()).as("in 7.2 it sleeps on").isTrue();
        assertThat(told).containsExactly("idle", "torn");
    }

    @Test
    void shouldForgetTheLastJobWhenFinished() {
        SchedulerJob job = gpu.submit(entity, 1000);
        gpu.advanceMs(2);
        assertThat(entity.lastScheduled()).isSameAs(job.finished());
        assertThat(job.finished().references())
                .as("the test's; the entity pins nothing")
                .isEqualTo(1);

        scheduler.fini(entity);
        scheduler.fini(entity);

        assertThat(entity.lastScheduled()).isNull();
    }

    @Test
    void shouldTellTheErrorOfTheLastJob() {
        assertThat(entity.error()).isNull();
        SchedulerJob job = gpu.submit(entity, 0);
        gpu.advanceMs(1);
        assertThat(entity.error()).isNull();
        gpu.endJob(job.work().id(), FenceError.EIO);

        assertThat(entity.error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldEndALateJobBehindThoseThatAreDying() {
        FenceContext issuer = FenceContext.builder(cpu.runtime()).build();
        DmaFence foreign = issuer.newFence(new SchedulerRig.Foreign(), 1);
        SchedulerJob dying = gpu.submit(entity, 0, foreign);
        scheduler.kill(entity);
        gpu.advanceMs(1);
        List<Long> order = new ArrayList<>();
        assertThatThrownBy(() -> gpu.submit(entity, 0)).isInstanceOf(SchedulerException.class);
        dying.finished().addCallback(FenceCallback.of(f -> order.add(0L)));
        gpu.advanceMs(1);
        assertThat(gpu.freed).isEmpty();

        issuer.signal(foreign);
        gpu.advanceMs(1);

        assertThat(errorOf(dying)).isEqualTo(FenceError.ESRCH);
        assertThat(gpu.freed).hasSize(2).startsWith(dying.work().id());
    }

    @Test
    void shouldNotTouchAFenceInsideTheCallbackOfAnother() {
        // Upstream walked the dependencies in the callback, under the lock of the fence that signals; twice that was a
        // deadlock:
        // with the lock of the next dependency, and with the one of the job's own fences.
        FenceContext issuer = FenceContext.builder(cpu.runtime()).build();
        DmaFence before = issuer.newFence(new SchedulerRig.Foreign(), 1);
        boolean[] signaling = new boolean[1];
        List<Boolean> enabledInside = new ArrayList<>();
        FenceContext other = FenceContext.builder(cpu.runtime()).build();
        DmaFence next = other.newFence(new EnableOps(() -> enabledInside.add(signaling[0])), 1);
        SchedulerJob job = gpu.submit(entity, 0, before, next);
        List<Boolean> endedInside = new ArrayList<>();
        job.finished().addCallback(FenceCallback.of(f -> endedInside.add(signaling[0])));
        gpu.advanceMs(1);
        scheduler.kill(entity);
        gpu.advanceMs(1);

        signaling[0] = true;
        issuer.signal(before);
        signaling[0] = false;
        gpu.advanceMs(1);
        signaling[0] = true;
        other.signal(next);
        signaling[0] = false;
        gpu.advanceMs(1);

        assertThat(enabledInside).containsExactly(false);
        assertThat(endedInside).containsExactly(false);
        assertThat(errorOf(job)).isEqualTo(FenceError.ESRCH);
    }

    @Test
    void shouldNotGoDeeperWithEachJobThatIsKilled() {
        for (int i = 0; i < 20_000; i++) {
            gpu.submit(entity, 0);
        }
        scheduler.kill(entity);
        gpu.advanceMs(1);

        assertThat(gpu.freed).hasSize(20_000);
    }

    @Test
    void shouldHaveTheDriverCancelTheLatestFirst() {
        MockGpu wide = new MockGpu(cpu, builder -> builder.creditLimit(3));
        wide.cancels = true;
        SchedulerEntity client = wide.entity();
        List<SchedulerJob> jobs = List.of(wide.submit(client, 0), wide.submit(client, 0), wide.submit(client, 0));
        SchedulerJob queued = wide.submit(client, 0);
        wide.advanceMs(1);
        wide.endJob(jobs.get(1).work().id(), FenceError.EIO);

        assertThat(wide.scheduler.tearDown(FenceError.ECANCELED)).isEqualTo(4);

        assertThat(wide.freed)
                .containsExactly(
                        jobs.get(2).work().id(),
                        jobs.get(1).work().id(),
                        jobs.get(0).work().id(),
                        queued.work().id());
        assertThat(errorOf(jobs.get(0))).isEqualTo(FenceError.ECANCELED);
        assertThat(errorOf(jobs.get(1))).isEqualTo(FenceError.EIO);
        assertThat(errorOf(queued)).isEqualTo(FenceError.ECANCELED);
        assertThat(wide.scheduler.isReady()).isFalse();
    }
}
