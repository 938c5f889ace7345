package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.JobTimeout.Answer;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hangs, and whatever a driver may answer to them. */
final class SchedulerTimeoutTest {
    private static final long TIMEOUT_MS = 20;

    private final VirtualCpu cpu = VirtualCpu.create();
    private final List<String> reports = new ArrayList<>();
    private final FenceRuntime runtime = cpu.runtimeBuilder()
            .reporter((kind, message, cause) -> reports.add(message))
            .build();
    private final MockGpu gpu =
            new MockGpu(cpu, runtime, builder -> builder.creditLimit(2).timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS));
    private final GpuScheduler scheduler = gpu.scheduler;
    private final SchedulerEntity entity = gpu.entity();
    private final List<JobTimeout> asked = new ArrayList<>();

    @AfterEach
    void close() {
        cpu.close();
    }

    private static FenceError errorOf(SchedulerJob job) {
        FenceError error = job.finished().status().error();
        assertThat(error).as("the error of " + job).isNotNull();
        return error == null ? FenceError.EIO : error;
    }

    @Test
    void shouldAskAboutTheJobThatTheHardwareHasHadTheLongest() {
        SchedulerJob first = gpu.submit(entity, 0);
        gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS - 1);
        assertThat(gpu.timedOut).isEmpty();

        gpu.advanceMs(1);

        assertThat(gpu.timedOut).containsExactly(first.work().id());
    }

    @Test
    void shouldBeginAnewWithEachJobThatIsHandedOutOrEnds() {
        gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS - 1);
        gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS - 1);
        assertThat(gpu.timedOut).isEmpty();
        gpu.advanceSeqno(1);
        gpu.advanceMs(TIMEOUT_MS - 1);
        assertThat(gpu.timedOut).isEmpty();

        gpu.advanceMs(1);

        assertThat(gpu.timedOut).hasSize(1);
    }

    @Test
    void shouldNeverAskAnIdleRing() {
        gpu.submit(entity, 1000);
        gpu.advanceMs(10 * TIMEOUT_MS);

        assertThat(gpu.timedOut).isEmpty();
    }

    @Test
    void shouldFreeAJobThatTheDriverDoesNotPutBackWhenItEnds() {
        for (Answer answer : List.of(Answer.NONE, Answer.RESET)) {
            gpu.freed.clear();
            gpu.onTimeout = timeout -> timeout.answer(answer);
            SchedulerJob job = gpu.submit(entity, 0);
            gpu.advanceMs(TIMEOUT_MS);
            assertThat(gpu.freed).isEmpty();
            assertThat(scheduler.pendingJobs()).isEmpty();

            gpu.advanceSeqno(1);
            gpu.advanceMs(1);

            assertThat(gpu.freed)
                    .as("the kernel loses it after " + answer)
                    .containsExactly(job.work().id());
            assertThat(scheduler.usedCredits()).isZero();
        }
    }

    @Test
    void shouldStopTheTimerWhenTheDeviceIsGone() {
        gpu.onTimeout = timeout -> timeout.answer(Answer.ENODEV);
        gpu.submit(entity, 0);
        gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS);
        assertThat(gpu.timedOut).hasSize(1);

        gpu.advanceMs(10 * TIMEOUT_MS);

        assertThat(gpu.timedOut).hasSize(1);
    }

    @Test
    void shouldKeepAJobThatDoesNotHangAtTheFront() {
        gpu.onTimeout = timeout -> timeout.answer(Answer.NO_HANG);
        SchedulerJob first = gpu.submit(entity, 0);
        SchedulerJob second = gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS);

        assertThat(scheduler.pendingJobs()).containsExactly(first, second);
        gpu.advanceMs(TIMEOUT_MS);
        assertThat(gpu.timedOut).containsExactly(first.work().id(), first.work().id());
        gpu.advanceSeqno(2);
        gpu.advanceMs(1);
        assertThat(gpu.freed).containsExactly(first.work().id(), second.work().id());
    }

    @Test
    void shouldResetByStoppingAndStarting() {
        gpu.onTimeout = timeout -> {
            scheduler.recovery().stop(timeout.job());
            gpu.kill(FenceError.EIO);
            scheduler.recovery().start(FenceError.ETIME);
            timeout.answer(Answer.RESET);
        };
        SchedulerJob hung = gpu.submit(entity, 0);
        SchedulerJob behind = gpu.submit(entity, 0);
        SchedulerJob queued = gpu.submit(entity, 1000);
        gpu.advanceMs(TIMEOUT_MS + 2);

        assertThat(errorOf(hung)).as("taken back before its fence failed").isEqualTo(FenceError.ETIME);
        assertThat(errorOf(behind)).isEqualTo(FenceError.ETIME);
        assertThat(queued.finished().status().error()).isNull();
        assertThat(gpu.freed).hasSize(3);
    }

    // ---- drivers that do not behave ---------------------------------------------------------------------------------

    @Test
    void shouldTakeAnAnswerThatComesLater() {
        gpu.onTimeout = asked::add;
        SchedulerJob job = gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS + 5);

        asked.get(0).answer(Answer.NO_HANG);
        gpu.advanceMs(1);

        assertThat(scheduler.pendingJobs()).containsExactly(job);
        gpu.onTimeout = gpu::resetJob;
        gpu.advanceMs(TIMEOUT_MS);
        assertThat(errorOf(job)).isEqualTo(FenceError.ETIMEDOUT);
    }

    @Test
    void shouldFreeAJobThatEndedWhileItsDriverMadeUpItsMind() {
        gpu.onTimeout = asked::add;
        SchedulerJob job = gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS + 1);
        gpu.advanceSeqno(1);
        gpu.advanceMs(1);
        assertThat(gpu.freed).as("off the list, the free worker misses it").isEmpty();

        asked.get(0).answer(Answer.NO_HANG);
        gpu.advanceMs(1);

        assertThat(gpu.freed).containsExactly(job.work().id());
    }

    @Test
    void shouldEndTheJobOfADriverThatNeverAnswersAndGoOn() {
        gpu.onTimeout = asked::add;
        SchedulerJob hung = gpu.submit(entity, 0);
        gpu.advanceMs(2 * TIMEOUT_MS);

        assertThat(errorOf(hung)).isEqualTo(FenceError.ETIME);
        assertThat(reports)
                .singleElement()
                .asString()
                .contains("did not answer")
                .contains(hung.toString());
        assertThat(gpu.freed).containsExactly(hung.work().id());
        assertThat(scheduler.usedCredits()).isZero();
        gpu.endJob(hung.work().id(), null);
        SchedulerJob next = gpu.submit(entity, 1000);
        gpu.advanceMs(2);
        assertThat(next.finished().status().error()).isNull();
        asked.get(0).answer(Answer.RESET);
        gpu.advanceMs(1);
        assertThat(errorOf(hung)).as("too late").isEqualTo(FenceError.ETIME);
        assertThat(gpu.freed).hasSize(2);
        assertThat(reports).hasSize(2).last().asString().contains("answered RESET after");
    }

    @Test
    void shouldWatchTheDriverHoweverBusyTheRingIs() {
        gpu.onTimeout = asked::add;
        SchedulerJob hung = gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS);
        for (int i = 0; i < TIMEOUT_MS; i++) {
            SchedulerJob other = gpu.submit(entity, 0);
            gpu.advanceMs(1);
            gpu.endJob(other.work().id(), null);
            scheduler.recovery().fault();
        }

        assertThat(errorOf(hung)).isEqualTo(FenceError.ETIME);
        assertThat(gpu.timedOut).hasSize(1);
    }

    @Test
    void shouldGiveADriverTimeToAnswerAfterTheEmergencyBrake() {
        gpu.onTimeout = asked::add;
        gpu.submit(entity, 0);
        gpu.advanceMs(1);
        scheduler.recovery().timeoutImmediately();
        gpu.advanceMs(TIMEOUT_MS - 1);
        asked.get(0).answer(Answer.ENODEV);
        gpu.advanceMs(2 * TIMEOUT_MS);

        assertThat(gpu.timedOut).hasSize(1);
        assertThat(reports).isEmpty();
    }

    @Test
    void shouldCountTheFirstOfTwoAnswers() {
        SchedulerRig rig = new SchedulerRig(1, null, runtime);
        JobTimeout timeout = new JobTimeout(rig.scheduler.core(), rig.push(rig.scheduler.newEntity("a"), 7));

        timeout.answer(Answer.NO_HANG);
        timeout.answer(Answer.RESET);

        assertThat(timeout.is(Answer.NO_HANG)).isTrue();
        assertThat(reports).singleElement().asString().contains("job 7").contains("after NO_HANG");
    }

    @Test
    void shouldEndTheJobWithWhatItsDriverThrows() {
        gpu.onTimeout = timeout -> {
            throw new FenceErrorException("the reset", FenceError.ENODEV);
        };
        SchedulerJob job = gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS);

        assertThat(errorOf(job)).isEqualTo(FenceError.ENODEV);
        assertThat(reports).singleElement().asString().contains("timedout of " + job);
        assertThat(gpu.freed).containsExactly(job.work().id());
    }

    @Test
    void shouldEndTheJobWhenTheDriverKnowsNoReset() {
        gpu.onTimeout = JobTimeout::giveUp;
        SchedulerJob job = gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS);

        assertThat(errorOf(job)).isEqualTo(FenceError.ETIME);
    }

    // ---- moving the timer -------------------------------------------------------------------------------------------

    @Test
    void shouldSuspendAndResume() {
        SchedulerJob job = gpu.submit(entity, 0);
        gpu.advanceMs(TIMEOUT_MS - 5);
        long leftNs = scheduler.recovery().suspendTimeout();
        assertThat(leftNs).isEqualTo(5_000_000);
        gpu.advanceMs(10 * TIMEOUT_MS);
        assertThat(gpu.timedOut).isEmpty();

        scheduler.recovery().resumeTimeout(leftNs);
        gpu.advanceMs(4);
        assertThat(gpu.timedOut).isEmpty();
        gpu.advanceMs(1);

        assertThat(gpu.timedOut).containsExactly(job.work().id());
    }

    @Test
    void shouldNotResumeForAnIdleRing() {
        assertThat(scheduler.recovery().suspendTimeout()).isEqualTo(TIMEOUT_MS * 1_000_000);
        scheduler.recovery().resumeTimeout(1);
        gpu.advanceMs(TIMEOUT_MS);

        assertThat(gpu.timedOut).isEmpty();
    }

    @Test
    void shouldAskAtOnceAfterAFault() {
        SchedulerJob job = gpu.submit(entity, 0);
        gpu.advanceMs(1);
        scheduler.recovery().fault();
        gpu.advanceMs(0);

        assertThat(gpu.timedOut).containsExactly(job.work().id());
    }

    @Test
    void shouldAskAboutEachJobAtOnceAfterTheEmergencyBrake() {
        gpu.submit(entity, 0);
        gpu.advanceMs(1);
        scheduler.recovery().timeoutImmediately();
        gpu.advanceMs(0);
        gpu.submit(entity, 0);
        gpu.advanceMs(0);

        assertThat(gpu.timedOut).hasSize(2);
    }

    @Test
    void shouldIgnoreATimerThatGoesOffTooEarly() {
        gpu.submit(entity, 0);
        gpu.advanceMs(1);
        scheduler.onTimer();

        assertThat(gpu.timedOut).isEmpty();
    }
}
