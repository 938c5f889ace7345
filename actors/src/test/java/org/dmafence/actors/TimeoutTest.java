package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sched.GuiltyFlag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hardware and drivers that hang: every job ends with the error that says so, and the ring goes on. Time is moved by hand. */
final class TimeoutTest extends SubsystemTest {
    private static final FenceStatus ETIME = new FenceStatus(true, FenceError.ETIME);
    private static final FenceStatus ECANCELED = new FenceStatus(true, FenceError.ECANCELED);
    private static final String GO = "scripted.go";
    private static final String TEST = "scripted.test";

    private final AtomicLong nowNs = new AtomicLong(1_000);
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final FenceSubsystem timed = FenceSubsystem.create(
            system(),
            FenceRuntime.builder()
                    .clock(nowNs::get)
                    .reporter((kind, message, cause) -> problems.add(message))
                    .build());
    private final DriverHandle timedDriver = load(timed);
    private final AtomicInteger signals = new AtomicInteger();

    @AfterEach
    void shutDownTimed() {
        System.setProperty(GO, "true");
        System.setProperty(
                TEST, Integer.toString(Integer.getInteger(TEST, 0) + 1)); // deaf drivers hear this, once and for all
        get(timed.shutdown());
        System.clearProperty(GO);
    }

    private SchedulerHandle openTimed(String ring) {
        return openTimed(SchedulerSpec.of(ring(ring)));
    }

    private SchedulerHandle openTimed(SchedulerSpec spec) {
        return get(timed.openScheduler(timedDriver, spec.withTimeout(1, TimeUnit.MILLISECONDS)));
    }

    private JobHandle send(EntityHandle entity, long id, long durationNs) {
        JobHandle job = timed.submit(entity, JobSpec.of(new RingJob(id, durationNs, null)));
        if (!job.finished().addCallback(FenceCallback.of(f -> signals.incrementAndGet()))) {
            signals.incrementAndGet();
        }
        return job;
    }

    private void settle() {
        try {
            assertThat(timed.quiesce(SOON)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void pass(SchedulerHandle scheduler, long ns) {
        nowNs.addAndGet(ns);
        scheduler.advance();
    }

    private static final long TIMEOUT_NS = 1_000_000;

    @Test
    void shouldEndAHungJobWithEtimeAndGoOn() {
        SchedulerHandle gfx = openTimed("gfx");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle hung = send(entity, 1, RingJob.HANG);
        JobHandle next = send(entity, 2, 10);
        settle();
        pass(gfx, TIMEOUT_NS - 1);
        settle();
        assertThat(hung.finished().isSignaled()).isFalse();

        pass(gfx, 1);
        settle();
        gfx.engine().advance();

        assertEnds(hung, ETIME);
        assertEnds(next, FenceStatus.OK);
        awaitConserved(gfx);
        assertThat(signals).hasValue(2);
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldCountTheTimeOfEachJobFromTheEndOfTheOneBefore() {
        SchedulerHandle gfx = openTimed("gfx");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle first = send(entity, 1, RingJob.EXTERNAL);
        JobHandle second = send(entity, 2, RingJob.EXTERNAL);
        settle();
        pass(gfx, TIMEOUT_NS - 1);
        completes(gfx, 1);
        settle();
        pass(gfx, TIMEOUT_NS - 1);
        settle();
        assertThat(second.finished().isSignaled()).isFalse();

        pass(gfx, 1);

        assertEnds(second, ETIME);
        assertEnds(first, FenceStatus.OK);
    }

    @Test
    void shouldIgnoreAnAnswerThatComesLate() {
        SchedulerHandle gfx = openTimed("complete-lies");
        JobHandle job = send(timed.openEntity(gfx, "client"), 1, RingJob.EXTERNAL);
        settle();
        pass(gfx, TIMEOUT_NS);
        assertEnds(job, ETIME);

        // The ring still has the job, and signals its hardware fence only now.
        Actors.kill(system(), timedDriver.actor().path().toStringWithoutAddress() + "/engine-1");

        awaitConserved(gfx);
        eventually().until(() -> gfx.gate().inbox().isClosed());
        assertThat(job.finished().status()).isEqualTo(ETIME);
        assertThat(signals).hasValue(1);
    }

    @Test
    void shouldTakeTheFirstOfTwoAnswers() {
        SchedulerHandle gfx = openTimed("signals-twice");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle job = send(entity, 1, RingJob.EXTERNAL);
        JobHandle next = send(entity, 2, RingJob.EXTERNAL);
        settle();

        completes(gfx, 1);
        assertThat(get(gfx.engine().complete(1, FenceError.EIO))).isFalse();
        completes(gfx, 2);

        assertEnds(job, FenceStatus.OK);
        assertEnds(next, FenceStatus.OK);
        awaitConserved(gfx);
        assertThat(signals).hasValue(2);
    }

    @Test
    void shouldEndAHungJobWhoseResetThrows() {
        SchedulerHandle gfx = openTimed("complete-throws");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle hung = send(entity, 1, RingJob.EXTERNAL);
        settle();

        pass(gfx, TIMEOUT_NS);

        assertEnds(hung, ETIME);
        JobHandle next = send(entity, 2, RingJob.EXTERNAL);
        settle();
        assertThat(next.scheduled().isSignaled()).as("the ring goes on").isTrue();
        assertThat(problems).anySatisfy(problem -> assertThat(problem).contains("reset of job 1"));
    }

    @Test
    void shouldWakeADriverThatHangsInSubmitAndGoOn() {
        SchedulerHandle gfx = openTimed("submit-waits");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle stuck = send(entity, 1, RingJob.EXTERNAL);
        eventually().until(() -> stuck.ranNs() != Long.MIN_VALUE);
        JobHandle next = send(entity, 2, 0);
        settleInbox(gfx); // a job that is handed out later begins the time anew

        pass(gfx, TIMEOUT_NS);
        assertEnds(stuck, ETIME);
        System.setProperty(GO, "true");

        assertEnds(next, FenceStatus.OK);
        awaitConserved(gfx);
        assertThat(signals).hasValue(2);
    }

    @Test
    void shouldGiveUpAnEngineThatCanNotBeWoken() {
        SchedulerHandle gfx = openTimed("submit-deaf");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle stuck = send(entity, 1, RingJob.EXTERNAL);
        eventually().until(() -> stuck.ranNs() != Long.MIN_VALUE);
        JobHandle behind = send(entity, 2, 0);
        JobHandle queued = send(entity, 3, 0);
        settleInbox(gfx);

        pass(gfx, TIMEOUT_NS);
        assertEnds(stuck, ETIME);
        eventually().until(() -> {
            pass(gfx, TIMEOUT_NS);
            return queued.finished().isSignaled();
        });

        assertEnds(behind, ETIME);
        assertEnds(queued, ETIME);
        awaitConserved(gfx);
        assertThatThrownBy(() -> send(entity, 4, 0))
                .isInstanceOf(SubmitRefusedException.class)
                .hasMessageContaining("hangs in the driver");
        assertThat(signals).hasValue(3);
    }

    @Test
    void shouldGiveUpAnEngineThatHangsInAdvance() {
        SchedulerHandle gfx = openTimed("advance-deaf");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle first = send(entity, 1, RingJob.EXTERNAL);
        awaitSignaled(first.scheduled());
        JobHandle second = send(entity, 2, RingJob.EXTERNAL);

        eventually().until(() -> {
            pass(gfx, TIMEOUT_NS);
            return second.finished().isSignaled();
        });

        assertEnds(first, ETIME);
        assertEnds(second, ETIME);
        awaitConserved(gfx);
    }

    @Test
    void shouldRunHungJobsAgainAsOftenAsTheHangLimitAllows() {
        SchedulerHandle gfx = openTimed(SchedulerSpec.of(ring("gfx")).withHangLimit(1));
        GuiltyFlag guilty = new GuiltyFlag();
        EntityHandle bad = timed.openEntity(gfx, EntitySpec.of("bad").withGuilty(guilty));
        EntityHandle good = timed.openEntity(gfx, "good");
        JobHandle hung = send(bad, 1, RingJob.HANG);
        JobHandle other = send(good, 2, 10);
        JobHandle accomplice = send(bad, 3, RingJob.EXTERNAL);
        settle();
        long firstRunNs = hung.ranNs();

        pass(gfx, TIMEOUT_NS);
        settle();
        assertThat(hung.finished().isSignaled()).as("run again").isFalse();
        assertThat(hung.ranNs()).isGreaterThan(firstRunNs);
        assertThat(guilty.isGuilty()).isTrue();
        pass(gfx, TIMEOUT_NS);
        settle();
        nowNs.addAndGet(10);
        gfx.engine().advance();

        assertEnds(hung, ECANCELED);
        assertEnds(accomplice, ECANCELED);
        assertEnds(other, FenceStatus.OK);
        awaitConserved(gfx);
        assertThat(signals).hasValue(3);
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldSpareTheHardwareTheJobsOfAGuiltyClient() {
        SchedulerHandle gfx = openTimed("gfx");
        GuiltyFlag guilty = new GuiltyFlag();
        EntityHandle bad = timed.openEntity(gfx, EntitySpec.of("bad").withGuilty(guilty));
        send(bad, 1, RingJob.HANG);
        settle();
        pass(gfx, TIMEOUT_NS);
        settle();

        JobHandle later = send(bad, 2, 0);

        assertEnds(later, ECANCELED);
        assertThat(later.ranNs()).isEqualTo(Long.MIN_VALUE);
        awaitConserved(gfx);
    }

    @Test
    void shouldNotBlameAJobForAnEngineThatIsBusyWithOthers() {
        SchedulerHandle gfx = openTimed("submit-waits");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle first = send(entity, 1, RingJob.EXTERNAL);
        eventually().until(() -> first.ranNs() != Long.MIN_VALUE);
        nowNs.addAndGet(TIMEOUT_NS / 2);
        JobHandle second = send(entity, 2, RingJob.EXTERNAL);
        settleInbox(gfx);
        System.setProperty(GO, "true");
        awaitSignaled(second.scheduled());
        completes(gfx, 2);

        pass(gfx, TIMEOUT_NS);

        assertEnds(first, FenceStatus.OK);
        assertEnds(second, FenceStatus.OK);
    }

    private static void settleInbox(SchedulerHandle scheduler) {
        eventually().until(() -> scheduler.gate().inbox().isIdle());
    }

    @Test
    void shouldUnloadWithJobsThatHang() {
        SchedulerHandle gfx = openTimed("gfx");
        EntityHandle entity = timed.openEntity(gfx, "client");
        JobHandle hung = send(entity, 1, RingJob.HANG);
        JobHandle queued = send(entity, 2, RingJob.EXTERNAL);
        settle();

        assertThat(get(timed.unload(
                                timedDriver,
                                org.dmafence.module.UnloadPolicy.forced()
                                        .withDrainTimeoutNs(0)
                                        .withIssuerDeath(FenceError.ENODEV)))
                        .collected())
                .isTrue();

        assertEnds(hung, new FenceStatus(true, FenceError.ENODEV));
        assertEnds(queued, new FenceStatus(true, FenceError.ENODEV));
        awaitConserved(gfx);
        assertThat(signals).hasValue(2);
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() {
        SchedulerSpec spec = SchedulerSpec.of(ring("gfx"));
        assertThatThrownBy(() -> spec.withTimeout(0, TimeUnit.SECONDS)).hasMessageContaining("timeout of 0 ns");
        assertThatThrownBy(() -> spec.withHangLimit(-1)).hasMessageContaining("hang limit of -1");
        assertThat(spec.withTimeout(Duration.ofDays(1).toNanos(), TimeUnit.NANOSECONDS)
                        .timeoutNs())
                .isEqualTo(Duration.ofDays(1).toNanos());
    }
}
