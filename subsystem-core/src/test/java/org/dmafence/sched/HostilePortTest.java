package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ports and drivers that throw, meddle or answer at the wrong time: the scheduler goes on, and every job ends. */
final class HostilePortTest {
    /** A port whose every way out can be made to misbehave; the hardware behind it is a rig's. */
    private static final class Port implements SchedulerPort {
        final SchedulerRig rig = new SchedulerRig(8, null);
        Consumer<SchedulerJob> onRun = job -> job.runOn(rig);
        Consumer<SchedulerJob> onFreed = job -> {};
        ToIntFunction<SchedulerJob> onCredits = SchedulerJob::credits;

        @Nullable DmaFence prepared;

        boolean prepareThrows;
        boolean cancelThrows;
        int asked;
        final GpuScheduler scheduler = GpuScheduler.builder(rig.runtime, "dev", "port", this)
                .creditLimit(2)
                .build();
        final SchedulerEntity entity = scheduler.newEntity("client");

        SchedulerJob push(long id) {
            return push(id, 1);
        }

        SchedulerJob push(long id, int credits) {
            rig.nowNs++;
            SchedulerJob job = entity.newJob(RingJob.external(id), credits).arm();
            job.finished().retain();
            scheduler.push(job);
            return job;
        }

        void step() {
            do {
                for (SchedulerEvent event = rig.events.poll(); event != null; event = rig.events.poll()) {
                    scheduler.handle(event);
                }
            } while (scheduler.runWork() || !rig.events.isEmpty());
        }

        @Override
        public void post(SchedulerEvent event) {
            rig.events.add(event);
        }

        @Override
        public void run(SchedulerJob job) {
            onRun.accept(job);
        }

        @Override
        public void freed(SchedulerJob job) {
            rig.freed.add(job);
            onFreed.accept(job);
        }

        @Override
        public int credits(SchedulerJob job) {
            return onCredits.applyAsInt(job);
        }

        @Override
        public @Nullable DmaFence prepare(SchedulerJob job) {
            asked++;
            if (prepareThrows) {
                throw new IllegalStateException("prepare");
            }
            DmaFence fence = prepared;
            prepared = null;
            return fence;
        }

        @Override
        public boolean canCancel() {
            return cancelThrows;
        }

        @Override
        public void cancel(SchedulerJob job) {
            throw new IllegalStateException("cancel");
        }
    }

    private final Port port = new Port();
    private final SchedulerRig rig = port.rig;

    private static @Nullable FenceError errorOf(SchedulerJob job) {
        assertThat(job.finished().isSignaled()).as("%s has finished", job).isTrue();
        return job.finished().status().error();
    }

    @Test
    void shouldEndAJobThatThePortThrowsAt() {
        port.onRun = job -> {
            throw new IllegalStateException("run");
        };
        SchedulerJob broken = port.push(1);
        port.step();
        port.onRun = job -> job.runOn(rig);
        SchedulerJob fine = port.push(2);
        port.step();
        rig.finish(0, null);
        port.step();

        assertThat(errorOf(broken)).isEqualTo(FenceError.EIO);
        assertThat(errorOf(fine)).isNull();
        assertThat(rig.freedIds()).containsExactly(1L, 2L);
        assertThat(port.scheduler.usedCredits()).isZero();
        assertThat(rig.reports).singleElement().asString().contains("run of job 1");
    }

    @Test
    void shouldSurviveAFreeThatThrows() {
        port.onFreed = job -> {
            throw new IllegalStateException("free");
        };
        port.push(1);
        port.push(2);
        port.step();
        rig.finish(0, null);
        rig.finish(1, null);
        port.step();

        assertThat(rig.freedIds()).containsExactly(1L, 2L);
        assertThat(rig.reports).hasSize(2);
    }

    @Test
    void shouldRunAJobOnceHoweverOftenItIsHandedOver() {
        port.onRun = job -> {
            job.runOn(rig);
            job.runOn(rig);
        };
        SchedulerJob job = port.push(1);
        port.step();
        rig.finish(0, null);
        port.step();
        job.runOn(rig);

        assertThat(rig.inFlight()).isEqualTo(1);
        assertThat(rig.freedIds()).containsExactly(1L);
    }

    @Test
    void shouldEndAJobOnceWhenTheEngineFailsItToo() {
        SchedulerJob job = port.push(1);
        port.step();
        job.fail(FenceError.ENODEV);
        rig.finish(0, FenceError.EIO);
        job.fail(FenceError.ETIME);
        port.step();

        assertThat(errorOf(job)).isEqualTo(FenceError.ENODEV);
        assertThat(rig.freedIds()).containsExactly(1L);
        assertThat(port.scheduler.usedCredits()).isZero();
    }

    @Test
    void shouldDropAHardwareFenceThatComesTooLate() {
        List<SchedulerJob> handed = new ArrayList<>();
        port.onRun = handed::add;
        SchedulerJob job = port.push(1);
        port.step();
        port.scheduler.recovery().stop(null);
        port.scheduler.recovery().start(FenceError.ETIME);
        port.step();
        assertThat(errorOf(job)).isEqualTo(FenceError.ETIME);

        handed.get(0).runOn(rig);
        port.step();

        assertThat(rig.inFlight()).as("it was taken back").isZero();
        assertThat(rig.freedIds()).containsExactly(1L);
    }

    @Test
    void shouldNotLoseAJobWhoseEngineNeverTakesIt() {
        port.onRun = job -> {};
        SchedulerJob job = port.push(1);
        port.step();

        assertThat(port.scheduler.tearDown(FenceError.ECANCELED)).isEqualTo(1);

        assertThat(errorOf(job)).isEqualTo(FenceError.ECANCELED);
        assertThat(rig.freedIds()).containsExactly(1L);
    }

    @Test
    void shouldWaitForWhatTheDriverPrepares() {
        FenceContext issuer = FenceContext.builder(rig.runtime).build();
        DmaFence prepared = issuer.newFence(new SchedulerRig.Foreign(), 1);
        port.prepared = prepared.retain();
        SchedulerJob job = port.push(1);
        port.step();
        assertThat(job.scheduled().isSignaled()).isFalse();
        assertThat(port.entity.dependency()).isSameAs(prepared);

        issuer.signal(prepared);
        port.step();

        assertThat(job.scheduled().isSignaled()).isTrue();
        assertThat(port.asked).as("asked until there is nothing more").isEqualTo(2);
        assertThat(prepared.references()).isEqualTo(1);
    }

    @Test
    void shouldRunAJobWhosePreparationThrows() {
        port.prepareThrows = true;
        SchedulerJob job = port.push(1);
        port.step();

        assertThat(job.scheduled().isSignaled()).isTrue();
        assertThat(rig.reports).singleElement().asString().contains("prepare of job 1");
    }

    @Test
    void shouldAskForTheCreditsEachTimeItLooks() {
        port.onCredits = job -> job.work().id() == 1 ? 2 : 1;
        port.push(1);
        port.push(2);
        port.step();
        assertThat(port.scheduler.usedCredits()).isEqualTo(2);
        assertThat(port.entity.queued()).isEqualTo(1);

        rig.finish(0, null);
        port.step();

        assertThat(port.scheduler.usedCredits()).isEqualTo(1);
    }

    @Test
    void shouldFallBackOnWhatWasAskedForWhenCreditsAreNonsense() {
        port.onCredits = job -> 0;
        port.push(1);
        port.step();
        port.onCredits = job -> {
            throw new IllegalStateException("credits");
        };
        port.push(2);
        port.step();

        assertThat(port.scheduler.usedCredits()).isEqualTo(2);
        assertThat(rig.reports).hasSize(2);
    }

    /**
     * Upstream: {@code drm_sched_can_queue()} looked at a job that another worker ran, completed and freed meanwhile.
     */
    @Test
    void shouldHoldTheJobItLooksAtWhileOthersCompleteAndAreFreed() {
        List<Boolean> freedInside = new ArrayList<>();
        port.push(1);
        port.step();
        port.onCredits = job -> {
            rig.finish(0, null); // the one on the hardware completes in the middle of the check
            freedInside.add(!rig.freed.isEmpty() || job.isFreed());
            return job.credits();
        };
        SchedulerJob looked = port.push(2, 2);
        port.step();

        assertThat(freedInside).as("freeing is a step of its own").containsOnly(false);
        assertThat(looked.scheduled().isSignaled())
                .as("the credits came back in time for the check, or it looks again")
                .isTrue();
        assertThat(port.scheduler.usedCredits()).isEqualTo(2);
        assertThat(rig.freedIds()).containsExactly(1L);
    }

    @Test
    void shouldEndWhatTheDriverFailsToCancel() {
        port.cancelThrows = true;
        SchedulerJob job = port.push(1);
        port.step();
        port.scheduler.tearDown(FenceError.ECANCELED);

        assertThat(errorOf(job)).isEqualTo(FenceError.ECANCELED);
        assertThat(rig.reports).singleElement().asString().contains("cancel of job 1");
        rig.finish(0, null);
        port.step();
        assertThat(rig.freedIds()).containsExactly(1L);
    }

    @Test
    void shouldSurviveACallbackThatThrowsWhenAFlushEnds() {
        port.onRun = job -> job.fail(null);
        port.push(1);
        port.scheduler.flush(port.entity, "client", () -> {
            throw new IllegalStateException("idle");
        });
        SchedulerJob next = port.push(2);
        port.step();

        assertThat(errorOf(next)).isNull();
        assertThat(rig.reports).singleElement().asString().contains("the end of a flush");
    }
}
