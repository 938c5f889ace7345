package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dmafence.ftrace.FenceRef.Finished;
import org.dmafence.ftrace.FenceRef.Foreign;
import org.dmafence.ftrace.FenceRef.Scheduled;
import org.junit.jupiter.api.Test;

/** Jobs whose events name pointers. */
class JobStreamBefore617Test {
    static String submit(int entity, int id, String fence, String ring) {
        return "drm_sched_job: entity=0000000000000e0" + entity + ", id=" + id + ", fence=" + fence + ", ring=" + ring
                + ", job count:0, hw job count:0";
    }

    static String run(int entity, int id, String fence, String ring) {
        return submit(entity, id, fence, ring).replace("drm_sched_job", "drm_run_job");
    }

    static String done(String fence) {
        return "drm_sched_process_job: fence=" + fence + " signaled";
    }

    static String dep(String ring, int id, String fence, int context, int seqno) {
        return "drm_sched_job_wait_dep: job ring=" + ring + ", id=" + id + ", depends fence=" + fence + ", context="
                + context + ", seq=" + seqno;
    }

    static String fence(String action, String driver, String timeline, long context, long seqno) {
        return "dma_fence_" + action + ": driver=" + driver + " timeline=" + timeline + " context=" + context
                + " seqno=" + seqno;
    }

    private static TestTrace arm(TestTrace trace, String ring, int finishedContext, int seqno) {
        return trace.event(fence("init", "drm_sched", ring, finishedContext - 1, seqno))
                .event(fence("init", "drm_sched", ring, finishedContext, seqno));
    }

    @Test
    void shouldCarryDependenciesPrintedAfterTheSubmission() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        submit(1, 1, "aa", "gfx"),
                        run(1, 1, "aa", "gfx"),
                        submit(2, 2, "bb", "gfx"),
                        done("aa"),
                        dep("gfx", 2, "aa", 12, 1),
                        run(2, 2, "bb", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1 S2 D1 R2");
        assertThat(replay.job(1).dependencies())
                .containsExactly(new Finished(replay.job(0).key()));
        assertThat(replay.job(1).ring()).isEqualTo(new RingId("", "gfx"));
        assertThat(replay.steps().get(2).timeNs()).as("ring, submission, run").isEqualTo(TestTrace.at(1));
    }

    @Test
    void shouldLearnIdentityFromTheFencesArmedByTheSameTask() throws TraceFormatException {
        TestTrace trace = new TestTrace().by("one-1");
        trace.event(fence("init", "drm_sched", "gfx", 11, 7)).by("two-2");
        arm(trace, "gfx", 22, 3).by("one-1");
        trace.event(fence("init", "drm_sched", "gfx", 12, 7));
        trace.event(submit(1, 1, "aa", "gfx")).by("two-2").event(submit(2, 2, "bb", "gfx"));
        ReplayedTrace replay = trace.replay();
        assertThat(replay.job(0).finished()).isEqualTo(new FenceIdentity(0xaa, 12, 7));
        assertThat(replay.job(1).finished()).isEqualTo(new FenceIdentity(0xbb, 22, 3));
    }

    @Test
    void shouldMatchSeveralArmedJobsByRingAndEntity() throws TraceFormatException {
        TestTrace trace = new TestTrace();
        arm(trace, "gfx", 12, 1);
        arm(trace, "sdma", 14, 1);
        arm(trace, "gfx", 16, 1);
        trace.event(submit(2, 1, "bb", "sdma")).event(submit(1, 1, "aa", "gfx")).event(submit(3, 2, "cc", "gfx"));
        arm(trace, "gfx", 16, 2);
        arm(trace, "gfx", 12, 2);
        trace.event(submit(1, 3, "dd", "gfx")).event(submit(3, 4, "ee", "gfx"));
        assertThat(trace.replay().jobs())
                .extracting(job -> job.finished().toString())
                .containsExactly("14:1", "12:1", "16:1", "12:2", "16:2");
    }

    @Test
    void shouldTellScheduledFromFinishedFence() throws TraceFormatException {
        TestTrace trace = arm(new TestTrace(), "gfx", 12, 1);
        trace.event(submit(1, 1, "aa", "gfx"))
                .event(submit(2, 2, "bb", "sdma"))
                .event(dep("sdma", 2, "a0", 11, 1))
                .event(run(1, 1, "aa", "gfx"))
                .event(run(2, 2, "bb", "sdma"));
        ReplayedTrace replay = trace.replay();
        assertThat(replay.job(1).dependencies())
                .containsExactly(new Scheduled(replay.job(0).key()));
    }

    @Test
    void shouldNotTakeAReusedPointerForAnEndedJob() throws TraceFormatException {
        TestTrace trace = arm(new TestTrace(), "gfx", 12, 1);
        trace.event(submit(1, 1, "aa", "gfx"))
                .event(run(1, 1, "aa", "gfx"))
                .event(done("aa"))
                .event(fence("init", "mock", "tl", 99, 5))
                .event(submit(2, 2, "bb", "gfx"))
                .event(dep("gfx", 2, "aa", 99, 5))
                .event(fence("signaled", "mock", "tl", 99, 5))
                .event(run(2, 2, "bb", "gfx"));
        ReplayedTrace replay = trace.replay();
        assertThat(replay.job(1).dependencies()).singleElement().isInstanceOfSatisfying(Foreign.class, foreign -> {
            assertThat(foreign.fence()).isEqualTo(new FenceIdentity(0xaa, 99, 5));
            assertThat(foreign.driver()).isEqualTo("mock");
            assertThat(foreign.timeline()).isEqualTo("tl");
        });
        assertThat(replay.order()).isEqualTo("S1 R1 D1 S2 F R2");
    }

    @Test
    void shouldGiveAPointerToItsLatestJob() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        submit(1, 1, "aa", "gfx"),
                        run(1, 1, "aa", "gfx"),
                        done("aa"),
                        submit(1, 2, "aa", "gfx"),
                        run(1, 2, "aa", "gfx"),
                        submit(2, 3, "bb", "gfx"),
                        dep("gfx", 3, "aa", 12, 2),
                        run(2, 3, "bb", "gfx"),
                        done("aa"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1 D1 S2 R2 S3 R3 D2");
        assertThat(replay.job(2).dependencies())
                .containsExactly(new Finished(replay.job(1).key()));
        assertThat(replay.summary().warnings()).isEmpty();
    }

    @Test
    void shouldCorrectAWrongGuessByPointerAndIdentity() throws TraceFormatException {
        // The submission of 12:1 was lost, so the job of 14:1 claims its fences.
        TestTrace trace = arm(new TestTrace(), "gfx", 12, 1);
        arm(trace, "gfx", 14, 1)
                .event(submit(1, 2, "aa", "gfx"))
                .event(submit(2, 3, "bb", "gfx"))
                .event(dep("gfx", 3, "aa", 14, 1));
        ReplayedTrace replay = trace.replay();
        assertThat(replay.job(0).finished()).isEqualTo(new FenceIdentity(0xaa, 14, 1));
        assertThat(replay.job(1).dependencies())
                .containsExactly(new Finished(replay.job(0).key()));
    }

    @Test
    void shouldNotClaimFencesThatSignaledUnsubmitted() throws TraceFormatException {
        TestTrace trace = arm(new TestTrace(), "gfx", 12, 1);
        trace.event(fence("signaled", "drm_sched", "gfx", 12, 1));
        arm(trace, "gfx", 12, 2).event(submit(1, 2, "aa", "gfx"));
        assertThat(trace.replay().job(0).finished()).isEqualTo(new FenceIdentity(0xaa, 12, 2));
    }

    @Test
    void shouldReleaseAForeignFenceThatNeverSignalsWhenItsJobRuns() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        submit(1, 1, "aa", "gfx"),
                        dep("gfx", 1, "ff", 99, 5),
                        dep("gfx", 1, "fe", 98, 5),
                        run(1, 1, "aa", "gfx"),
                        submit(1, 2, "bb", "gfx"),
                        dep("gfx", 2, "ff", 97, 5))
                .replay();
        assertThat(replay.order()).as("the second job never runs").isEqualTo("S1 F F R1 S2");
        assertThat(replay.summary().dependencies()).isEqualTo(new TraceSummary.Dependencies(0, 0, 3, 2));
    }

    @Test
    void shouldSignalADependencyWhoseSubmissionWasCutOff() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        run(9, 9, "ff", "gfx"),
                        submit(1, 10, "aa", "gfx"),
                        dep("gfx", 10, "ff", 99, 5),
                        done("ff"),
                        run(1, 10, "aa", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 F R1");
        assertThat(replay.steps().get(2)).isEqualTo(new ReplayStep.ForeignSignaled(TestTrace.at(3), 2));
        assertThat(replay.summary().warnings(TraceWarning.RUN_OF_UNKNOWN_JOB)).isEqualTo(1);
        assertThat(replay.summary().warnings(TraceWarning.DONE_OF_UNKNOWN_JOB)).isEqualTo(1);
    }

    @Test
    void shouldCountTheGuessesWhenNothingButTheTaskSpeaksForAFence() throws TraceFormatException {
        TestTrace trace = arm(new TestTrace(), "gfx", 12, 1);
        arm(trace, "gfx", 12, 2);
        arm(trace, "gfx", 14, 1);
        trace.event(submit(1, 1, "aa", "gfx")).event(submit(1, 2, "bb", "gfx")).event(submit(2, 3, "cc", "gfx"));
        TraceSummary summary = trace.replay().summary();

        assertThat(summary.warnings(TraceWarning.GUESSED_FENCE)).isEqualTo(2); // the first of each entity
        assertThat(summary.examples(TraceWarning.GUESSED_FENCE).get(0)).contains("job 1 of ring gfx", "12:1");
    }

    @Test
    void shouldWarnWhenNumbersOfOneRingAreOfTwoSchedulers() throws TraceFormatException {
        TestTrace trace = new TestTrace();
        for (int id = 1; id <= 3; id++) {
            trace.event(submit(1, id, "a" + id, "gfx")).event(submit(2, id, "b" + id, "gfx"));
            trace.event(submit(3, id, "c" + id, "sdma"));
        }
        trace.event(submit(1, 5000, "aa", "gfx")).event(submit(1, 4, "ab", "gfx"));
        TraceSummary summary = trace.replay().summary();

        assertThat(summary.warnings(TraceWarning.TWO_RINGS_OF_ONE_NAME)).isEqualTo(4);
    }

    @Test
    void shouldNotWarnWhenJobsArePushedInAnotherOrderThanTheyWereArmed() throws TraceFormatException {
        TestTrace trace = new TestTrace();
        for (int id : new int[] {2, 1, 5, 3, 4, 1028, 6}) {
            trace.event(submit(1, id, "a" + id, "gfx"));
        }
        assertThat(trace.replay().summary().warnings()).isEmpty();
    }

    @Test
    void shouldWarnAboutJobsThatAreNotThere() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(
                        submit(1, 1, "aa", "gfx"),
                        run(1, 7, "aa", "gfx"),
                        run(2, 1, "aa", "gfx"),
                        dep("gfx", 7, "ff", 99, 5),
                        done("dd"))
                .replay()
                .summary();
        assertThat(summary.examples(TraceWarning.RUN_OF_UNKNOWN_JOB))
                .containsExactly("test.txt:2: job 7 of ring gfx", "test.txt:3: job 1 of ring gfx");
        assertThat(summary.examples(TraceWarning.DEPENDENCY_OF_UNKNOWN_JOB))
                .containsExactly("test.txt:4: job 7 of ring gfx");
        assertThat(summary.examples(TraceWarning.DONE_OF_UNKNOWN_JOB))
                .containsExactly("test.txt:5: fence 00000000000000dd");
        assertThat(summary.jobs()).isEqualTo(new TraceSummary.Jobs(1, 0, 0, 0));
    }

    @Test
    void shouldReleaseKilledJobsWhenTheirFenceSignals() throws TraceFormatException {
        TestTrace trace = arm(new TestTrace(), "gfx", 12, 1);
        trace.event(submit(1, 1, "aa", "gfx"))
                .event(fence("signaled", "drm_sched", "gfx", 11, 1))
                .event(fence("signaled", "drm_sched", "gfx", 12, 1))
                .event(submit(2, 2, "bb", "gfx"))
                .event(run(2, 2, "bb", "gfx"));
        ReplayedTrace replay = trace.replay();
        assertThat(replay.order()).isEqualTo("S1 S2 R2");
        assertThat(replay.summary().jobs()).isEqualTo(new TraceSummary.Jobs(2, 1, 0, 1));
        assertThat(replay.summary().peaks().heldSteps()).isEqualTo(2);
    }

    @Test
    void shouldKeepRunOrderOfTheTrace() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        submit(1, 1, "aa", "gfx"),
                        submit(2, 2, "bb", "gfx"),
                        submit(3, 3, "cc", "gfx"),
                        run(3, 3, "cc", "gfx"),
                        run(1, 1, "aa", "gfx"),
                        done("cc"),
                        run(2, 2, "bb", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2 S3 R3 R1 D3 R2");
        assertThat(replay.steps()).extracting(ReplayStep::timeNs).isSorted();
        assertThat(replay.jobs()).extracting(TraceJob::id).isEqualTo(List.of(1L, 2L, 3L));
    }
}
