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

/**
 * Hardware and drivers that hang: every job ends with the error that says so, and the ring goes on. Time is moved by
 * hand.
 */
final class TimeoutTest extends SubsystemTest {
    private static final FenceStatus ETIME = new FenceStatus(true, FenceError.ETIME);
    private static final FenceStatus ECANCELED = new FenceStatus(true, FenceError.ECANCELED);
    private static final long TIMEOUT_NS = 1_000_000;
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

    /** A ring whose jobs may take a millisecond, and its first client. */
    private final class Ring {
        final SchedulerHandle scheduler;
        private final EntityHandle client;

        Ring(SchedulerSpec spec) {
            scheduler = get(timed.openScheduler(timedDriver, spec.withTimeout(TIMEOUT_NS, TimeUnit.NANOSECONDS)));
            client = timed.openEntity(scheduler, "client");
        }

        /** A job that ends when the test says so. */
        JobHandle send(long id) {
            return send(id, RingJob.EXTERNAL);
        }

        JobHandle send(long id, long durationNs) {
            return TimeoutTest.this.send(client, id, durationNs);
        }

        /** The same, once its driver has it. */
        JobHandle sendIntoDriver(long id) {
            JobHandle job = send(id);
            eventually().until(() -> job.ranNs() != Long.MIN_VALUE);
            return job;
        }

        EntityHandle open(EntitySpec spec) {
            return timed.openEntity(scheduler, spec);
        }

        void pass(long ns) {
            nowNs.addAndGet(ns);
            scheduler.advance();
        }

        void completes(long id) {
            TimeoutTest.completes(scheduler, id);
        }

        /** Until all that was sent has been dealt with, while the engine may hang. */
        void settleInbox() {
            eventually().until(() -> scheduler.gate().inbox().isIdle());
        }

        void assertEachEndedOnce() {
            awaitConserved(scheduler);
            assertThat(signals).hasValue((int) scheduler.stats().submitted());
        }
    }

    private Ring timedRing(String name) {
        return new Ring(SchedulerSpec.of(ring(name)));
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

    @Test
    void shouldEndAHungJobWithEtimeAndGoOn() {
        Ring gfx = timedRing("gfx");
        JobHandle hung = gfx.send(1, RingJob.HANG);
        JobHandle next = gfx.send(2, 10);
        settle();
        gfx.pass(TIMEOUT_NS - 1);
        settle();
        assertThat(hung.finished().isSignaled()).isFalse();

        gfx.pass(1);
        settle();
        gfx.scheduler.engine().advance();

        assertEnds(hung, ETIME);
        assertEnds(next, FenceStatus.OK);
        gfx.assertEachEndedOnce();
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldCountTheTimeOfEachJobFromTheEndOfTheOneBefore() {
        Ring gfx = timedRing("gfx");
        JobHandle first = gfx.send(1);
        JobHandle second = gfx.send(2);
        settle();
        gfx.pass(TIMEOUT_NS - 1);
        gfx.completes(1);
        settle();
        gfx.pass(TIMEOUT_NS - 1);
        settle();
        assertThat(second.finished().isSignaled()).isFalse();

        gfx.pass(1);

        assertEnds(second, ETIME);
        assertEnds(first, FenceStatus.OK);
    }

    @Test
    void shouldIgnoreAnAnswerThatComesLate() {
        Ring gfx = timedRing("complete-lies");
        JobHandle job = gfx.send(1);
        settle();
        gfx.pass(TIMEOUT_NS);
        assertEnds(job, ETIME);

        // The ring still has the job, and signals its hardware fence only now.
        Actors.kill(system(), timedDriver.actor().path().toStringWithoutAddress() + "/engine-1");

        gfx.assertEachEndedOnce();
        eventually().until(() -> gfx.scheduler.gate().inbox().isClosed());
        assertThat(job.finished().status()).isEqualTo(ETIME);
        assertThat(signals).as("nor has anybody been told twice").hasValue(1);
    }

    @Test
    void shouldTakeTheFirstOfTwoAnswers() {
        Ring gfx = timedRing("signals-twice");
        JobHandle job = gfx.send(1);
        JobHandle next = gfx.send(2);
        settle();

        gfx.completes(1);
        assertThat(get(gfx.scheduler.engine().complete(1, FenceError.EIO))).isFalse();
        gfx.completes(2);

        assertEnds(job, FenceStatus.OK);
        assertEnds(next, FenceStatus.OK);
        gfx.assertEachEndedOnce();
    }

    @Test
    void shouldEndAHungJobWhoseResetThrows() {
        Ring gfx = timedRing("complete-throws");
        JobHandle hung = gfx.send(1);
        settle();

        gfx.pass(TIMEOUT_NS);

        assertEnds(hung, ETIME);
        JobHandle next = gfx.send(2);
        settle();
        assertThat(next.scheduled().isSignaled()).as("the ring goes on").isTrue();
        assertThat(problems).anySatisfy(problem -> assertThat(problem).contains("reset of job 1"));
    }

    @Test
    void shouldWakeADriverThatHangsInSubmitAndGoOn() {
        Ring gfx = timedRing("submit-waits");
        JobHandle stuck = gfx.sendIntoDriver(1);
        JobHandle next = gfx.send(2, 0);
        gfx.settleInbox(); // a job that is handed out later begins the time anew

        gfx.pass(TIMEOUT_NS);
        assertEnds(stuck, ETIME);
        // Before the driver was woken it might find the way clear and give the hardware a job that nobody ends any
        // more.
        eventually().until(() -> problems.stream().anyMatch(problem -> problem.contains("woken")));
        System.setProperty(GO, "true");

        assertEnds(next, FenceStatus.OK);
        gfx.assertEachEndedOnce();
    }

    @Test
    void shouldGiveUpAnEngineThatCanNotBeWoken() {
        Ring gfx = timedRing("submit-deaf");
        JobHandle stuck = gfx.sendIntoDriver(1);
        JobHandle behind = gfx.send(2, 0);
        JobHandle queued = gfx.send(3, 0);
        gfx.settleInbox();

        gfx.pass(TIMEOUT_NS);
        assertEnds(stuck, ETIME);
        eventually().until(() -> {
            gfx.pass(TIMEOUT_NS);
            return queued.finished().isSignaled();
        });

        assertEnds(behind, ETIME);
        assertEnds(queued, ETIME);
        gfx.assertEachEndedOnce();
        assertThatThrownBy(() -> gfx.send(4, 0))
                .isInstanceOf(SubmitRefusedException.class)
                .hasMessageContaining("hangs in the driver");
    }

    @Test
    void shouldGiveUpAnEngineThatHangsInAdvance() {
        Ring gfx = timedRing("advance-deaf");
        JobHandle first = gfx.send(1);
        awaitSignaled(first.scheduled());
        JobHandle second = gfx.send(2);

        eventually().until(() -> {
            gfx.pass(TIMEOUT_NS);
            return second.finished().isSignaled();
        });

        assertEnds(first, ETIME);
        assertEnds(second, ETIME);
        gfx.assertEachEndedOnce();
    }

    @Test
    void shouldRunHungJobsAgainAsOftenAsTheHangLimitAllows() {
        Ring gfx = new Ring(SchedulerSpec.of(ring("gfx")).withHangLimit(1));
        GuiltyFlag guilty = new GuiltyFlag();
        EntityHandle bad = gfx.open(EntitySpec.of("bad").withGuilty(guilty));
        EntityHandle good = gfx.open(EntitySpec.of("good"));
        JobHandle hung = send(bad, 1, RingJob.HANG);
        JobHandle other = send(good, 2, 10);
        JobHandle accomplice = send(bad, 3, RingJob.EXTERNAL);
        settle();
        long firstRunNs = hung.ranNs();

        gfx.pass(TIMEOUT_NS);
        settle();
        assertThat(hung.finished().isSignaled()).as("run again").isFalse();
        assertThat(hung.ranNs()).isGreaterThan(firstRunNs);
        assertThat(guilty.isGuilty()).isTrue();
        gfx.pass(TIMEOUT_NS);
        settle();
        nowNs.addAndGet(10);
        gfx.scheduler.engine().advance();

        assertEnds(hung, ECANCELED);
        assertEnds(accomplice, ECANCELED);
        assertEnds(other, FenceStatus.OK);
        gfx.assertEachEndedOnce();
        assertThat(problems).isEmpty();
    }

    @Test
    void shouldSpareTheHardwareTheJobsOfAGuiltyClient() {
        Ring gfx = timedRing("gfx");
        GuiltyFlag guilty = new GuiltyFlag();
        EntityHandle bad = gfx.open(EntitySpec.of("bad").withGuilty(guilty));
        send(bad, 1, RingJob.HANG);
        settle();
        gfx.pass(TIMEOUT_NS);
        settle();

        JobHandle later = send(bad, 2, 0);

        assertEnds(later, ECANCELED);
        assertThat(later.ranNs()).isEqualTo(Long.MIN_VALUE);
        gfx.assertEachEndedOnce();
    }

    @Test
    void shouldNotBlameAJobForAnEngineThatIsBusyWithOthers() {
        Ring gfx = timedRing("submit-waits");
        JobHandle first = gfx.sendIntoDriver(1);
        nowNs.addAndGet(TIMEOUT_NS / 2);
        JobHandle second = gfx.send(2);
        gfx.settleInbox();
        System.setProperty(GO, "true");
        awaitSignaled(second.scheduled());
        gfx.completes(2);

        gfx.pass(TIMEOUT_NS);

        assertEnds(first, FenceStatus.OK);
        assertEnds(second, FenceStatus.OK);
    }

    @Test
    void shouldUnloadWithJobsThatHang() {
        Ring gfx = timedRing("gfx");
        JobHandle hung = gfx.send(1, RingJob.HANG);
        JobHandle queued = gfx.send(2);
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
        gfx.assertEachEndedOnce();
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
