package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.ftrace.JobStreamBefore617Test.fence;

import java.util.Set;
import org.dmafence.ftrace.FenceRef.Finished;
import org.dmafence.ftrace.FenceRef.Scheduled;
import org.dmafence.ftrace.ReplayStep.JobRan;
import org.dmafence.ftrace.ReplayStep.WaitStarted;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.junit.jupiter.api.Test;

/** Traces with fence events only. */
class FenceStreamTest {
    private static String hardware(String action, long seqno) {
        return fence(action, "msm", "gpu-ring-0", 1, seqno);
    }

    @Test
    void shouldRunAtEmit() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        hardware("init", 1),
                        hardware("init", 2),
                        hardware("emit", 1),
                        hardware("emit", 2),
                        hardware("signaled", 1))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2 R1 R2 D1");
        TraceJob job = replay.job(1);
        assertThat(job.ring()).isEqualTo(new RingId("msm", "gpu-ring-0"));
        assertThat(job.entity()).isEqualTo(1);
        assertThat(job.id()).isEqualTo(2);
        assertThat(job.finished()).isEqualTo(new FenceIdentity(0, 1, 2));
    }

    @Test
    void shouldRunAtInitWhenATimelineIsNotEmitted() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        hardware("init", 1),
                        hardware("init", 2),
                        hardware("signaled", 1),
                        hardware("init", 3),
                        hardware("signaled", 2))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1 S2 R2 D1 S3 R3 D2");
        assertThat(replay.steps(JobRan.class))
                .extracting(JobRan::timeNs)
                .containsExactly(TestTrace.at(0), TestTrace.at(1), TestTrace.at(3));
    }

    @Test
    void shouldRunJustBeforeDoneWhenAnEmitIsMissing() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        hardware("init", 1),
                        hardware("emit", 1),
                        hardware("init", 2),
                        hardware("signaled", 1),
                        hardware("signaled", 2))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1 S2 D1 R2 D2");
    }

    @Test
    void shouldMakeOneJobOfSchedulerPairs() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        fence("init", "drm_sched", "gfx", 11, 1),
                        fence("init", "drm_sched", "gfx", 12, 1),
                        fence("wait_start", "drm_sched", "gfx", 11, 1),
                        fence("wait_start", "drm_sched", "gfx", 12, 1),
                        fence("signaled", "drm_sched", "gfx", 11, 1),
                        fence("signaled", "drm_sched", "gfx", 12, 1))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.job(0).finished()).isEqualTo(new FenceIdentity(0, 12, 1));
        assertThat(replay.job(0).entity()).isEqualTo(12);
        long key = replay.job(0).key();
        assertThat(replay.steps(WaitStarted.class))
                .extracting(WaitStarted::fence)
                .containsExactly(new Scheduled(key), new Finished(key));
    }

    @Test
    void shouldNotPairFencesOfDifferentTasksRingsOrNumbers() throws TraceFormatException {
        TestTrace trace = new TestTrace();
        trace.by("a-1").event(fence("init", "drm_sched", "gfx", 11, 1));
        trace.by("b-2").event(fence("init", "drm_sched", "gfx", 12, 1));
        trace.by("c-3").event(fence("init", "drm_sched", "gfx", 21, 1));
        trace.event(fence("init", "drm_sched", "sdma", 22, 1));
        trace.event(fence("init", "drm_sched", "sdma", 23, 2));
        assertThat(trace.replay().order()).as("run at the end of the trace").isEqualTo("S1 R1 S2 R2 S3 R3 S4 R4 S5 R5");
    }

    @Test
    void shouldLeaveOutContainersAndStubs() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        fence("init", "dma_fence_array", "unbound", 5, 1),
                        fence("init", "dma_fence_chain", "unbound", 6, 1),
                        fence("init", "stub", "stub", 7, 1),
                        hardware("init", 1),
                        fence("signaled", "dma_fence_array", "unbound", 5, 1))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1");
        assertThat(replay.summary().rings()).hasSize(1);
        assertThat(replay.summary().warnings()).isEmpty();
    }

    @Test
    void shouldWarnAboutFencesThatBeganBeforeTheTrace() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(hardware("emit", 1), hardware("signaled", 1), hardware("init", 2))
                .replay()
                .summary();
        assertThat(summary.warnings(TraceWarning.RUN_OF_UNKNOWN_JOB)).isEqualTo(1);
        assertThat(summary.examples(TraceWarning.DONE_OF_UNKNOWN_JOB)).containsExactly("test.txt:2: fence 1:1 of msm");
    }

    @Test
    void shouldLetANewFenceTakeOverAnIdentity() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        hardware("init", 1),
                        hardware("emit", 1),
                        hardware("init", 1),
                        hardware("emit", 1),
                        hardware("signaled", 1),
                        hardware("destroy", 1),
                        hardware("init", 1))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1 S2 R2 D2 S3");
        assertThat(replay.summary().warnings(TraceWarning.JOB_SUPERSEDED)).isEqualTo(1);
    }

    @Test
    void shouldPreferSchedulerEventsHoweverLateTheyCome() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        hardware("init", 1),
                        hardware("signaled", 1),
                        JobStreamSince617Test.queue("12:1", "gfx"),
                        JobStreamSince617Test.run("12:1", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1");
        assertThat(replay.summary().dialects()).isEqualTo(Set.of(Dialect.SINCE_6_17));
    }

    @Test
    void shouldSwitchToSchedulerEventsBeyondTheLookAhead() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        hardware("init", 1),
                        hardware("init", 2),
                        hardware("emit", 1),
                        JobStreamSince617Test.queue("12:1", "gfx"),
                        hardware("signaled", 1),
                        JobStreamSince617Test.run("12:1", "gfx"),
                        hardware("signaled", 2))
                .replay(new TraceLimits(2, 10, 10, 10));
        assertThat(replay.summary().dialects()).isEqualTo(Set.of(Dialect.SINCE_6_17, Dialect.FENCES_ONLY));
        assertThat(replay.summary().warnings(TraceWarning.LATE_SCHEDULER_EVENTS))
                .isEqualTo(1);
        assertThat(replay.summary().jobs().done())
                .as("jobs made from fences go on")
                .isEqualTo(2);
    }
}
