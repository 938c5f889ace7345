package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.ftrace.JobStreamBefore617Test.fence;

import org.dmafence.ftrace.FenceRef.Finished;
import org.dmafence.ftrace.FenceRef.Foreign;
import org.dmafence.ftrace.FenceRef.Scheduled;
import org.dmafence.ftrace.FenceRef.Unrelated;
import org.dmafence.ftrace.ReplayStep.ForeignSignaled;
import org.dmafence.ftrace.ReplayStep.WaitEnded;
import org.dmafence.ftrace.ReplayStep.WaitStarted;
import org.junit.jupiter.api.Test;

/** Jobs whose events name {@code context:seqno}. */
class JobStreamSince617Test {
    static String queue(String fence, String ring) {
        return "drm_sched_job_queue: dev=gpu0, fence=" + fence + ", ring=" + ring
                + ", job count:0, hw job count:0, client_id:4";
    }

    static String run(String fence, String ring) {
        return queue(fence, ring).replace("job_queue", "job_run");
    }

    static String done(String fence) {
        return "drm_sched_job_done: fence=" + fence + " signaled";
    }

    static String dep(String fence, String on) {
        return "drm_sched_job_add_dep: fence=" + fence + " depends on fence=" + on;
    }

    static String unschedulable(String fence, String on) {
        return "drm_sched_job_unschedulable: fence=" + fence + " depends on unsignalled fence=" + on;
    }

    @Test
    void shouldTellTheKindsOfDependencies() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"),
                        queue("14:1", "sdma"),
                        queue("16:1", "gfx"),
                        dep("16:1", "12:1"),
                        dep("16:1", "13:1"),
                        dep("16:1", "99:1"),
                        run("12:1", "gfx"),
                        run("14:1", "sdma"),
                        run("16:1", "gfx"))
                .replay();
        assertThat(replay.job(2).dependencies())
                .hasSize(3)
                .contains(
                        new Finished(replay.job(0).key()),
                        new Scheduled(replay.job(1).key()));
        assertThat(replay.job(2).dependencies().get(2)).isInstanceOf(Foreign.class);
        assertThat(replay.summary().dependencies()).isEqualTo(new TraceSummary.Dependencies(1, 1, 1, 1));
    }

    @Test
    void shouldAddADependencyOnlySeenWhenTheJobBlocks() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"),
                        queue("14:1", "gfx"),
                        dep("14:1", "12:1"),
                        run("12:1", "gfx"),
                        unschedulable("14:1", "12:1"),
                        unschedulable("14:1", "11:1"),
                        done("12:1"),
                        unschedulable("14:1", "50:5"),
                        run("14:1", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2 R1 D1 F R2");
        assertThat(replay.job(1).dependencies())
                .as("the finished fence implies the scheduled one, and is named once")
                .hasSize(2)
                .first()
                .isEqualTo(new Finished(replay.job(0).key()));
    }

    @Test
    void shouldNotAddADependencyToAJobThatRan() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("10:1", "gfx"),
                        queue("12:1", "gfx"),
                        run("12:1", "gfx"),
                        dep("12:1", "99:1"),
                        run("10:1", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2 R2 R1");
        assertThat(replay.summary().warnings(TraceWarning.LATE_DEPENDENCY)).isEqualTo(1);
    }

    @Test
    void shouldUseLongContextsAndMatchCutOnesOfFenceEvents() throws TraceFormatException {
        long context = (7L << 32) + 12;
        TestTrace trace = TestTrace.of(
                fence("init", "drm_sched", "gfx", 11, 1),
                fence("init", "drm_sched", "gfx", 12, 1),
                queue(context + ":1", "gfx"),
                run(context + ":1", "gfx"),
                fence("wait_start", "drm_sched", "gfx", 12, 1),
                done(context + ":1"),
                fence("signaled", "drm_sched", "gfx", 12, 1),
                fence("wait_end", "detached-driver", "signaled-timeline", 12, 1));
        ReplayedTrace replay = trace.replay();
        Finished finished = new Finished(replay.job(0).key());
        assertThat(replay.job(0).finished()).isEqualTo(new FenceIdentity(0, context, 1));
        assertThat(replay.steps(WaitStarted.class))
                .containsExactly(new WaitStarted(TestTrace.at(4), "app", 100, finished));
        assertThat(replay.steps(WaitEnded.class)).containsExactly(new WaitEnded(TestTrace.at(7), "app", 100, finished));
        assertThat(replay.summary().jobs()).isEqualTo(new TraceSummary.Jobs(1, 1, 1, 0));
    }

    @Test
    void shouldRelateWaitsToTheFencesItKnows() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        fence("init", "mock", "tl", 50, 1),
                        fence("init", "mock", "other", 51, 1),
                        queue("12:1", "gfx"),
                        dep("12:1", "50:1"),
                        fence("wait_start", "mock", "tl", 50, 1),
                        fence("wait_start", "x", "y", 51, 1),
                        fence("wait_start", "x", "y", 52, 1),
                        fence("wait_start", "drm_sched", "gfx", 11, 1))
                .replay();
        assertThat(replay.steps(WaitStarted.class))
                .extracting(WaitStarted::fence)
                .containsExactly(
                        new Foreign(2, new FenceIdentity(0, 50, 1), "mock", "tl"),
                        new Unrelated(new FenceIdentity(0, 51, 1), "mock", "other"),
                        new Unrelated(new FenceIdentity(0, 52, 1), "x", "y"),
                        new Scheduled(replay.job(0).key()));
        assertThat(replay.summary().waits()).isEqualTo(new TraceSummary.Waits(4, 0, 1));
    }

    @Test
    void shouldSignalForeignFencesWhenTheTraceSaysSo() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        fence("init", "mock", "tl", 50, 1),
                        fence("signaled", "mock", "tl", 50, 1),
                        queue("12:1", "gfx"),
                        dep("12:1", "50:1"),
                        dep("12:1", "51:1"),
                        queue("14:1", "gfx"),
                        dep("14:1", "51:1"),
                        fence("signaled", "mock", "tl", 51, 1),
                        run("12:1", "gfx"),
                        queue("16:1", "gfx"),
                        dep("16:1", "51:1"),
                        run("14:1", "gfx"),
                        run("16:1", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 F S2 F R1 S3 F R2 R3");
        assertThat(replay.steps(ForeignSignaled.class))
                .extracting(ForeignSignaled::timeNs)
                .containsExactly(TestTrace.at(3), TestTrace.at(7), TestTrace.at(10));
        assertThat(replay.job(0).dependencies().get(1))
                .isEqualTo(replay.job(1).dependencies().get(0));
    }

    @Test
    void shouldTreatADependencyOnALaterJobAsForeign() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"),
                        dep("12:1", "13:1"),
                        queue("14:1", "sdma"),
                        run("14:1", "sdma"),
                        run("12:1", "gfx"),
                        done("14:1"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2 R2 F R1 D2");
        assertThat(replay.job(0).dependencies()).singleElement().isInstanceOf(Foreign.class);
        assertThat(replay.summary().warnings(TraceWarning.FORWARD_DEPENDENCY)).isEqualTo(1);
    }

    @Test
    void shouldTreatABlockOnALaterJobAsForeign() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"),
                        queue("14:1", "sdma"),
                        unschedulable("12:1", "14:1"),
                        unschedulable("12:1", "14:1"),
                        run("14:1", "sdma"),
                        done("14:1"),
                        run("12:1", "gfx"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2 R2 D2 F R1");
        assertThat(replay.summary().warnings(TraceWarning.FORWARD_DEPENDENCY)).isEqualTo(1);
    }

    @Test
    void shouldIgnoreADependencyOnItself() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"), dep("12:1", "12:1"), dep("12:1", "11:1"), run("12:1", "gfx"))
                .replay();
        assertThat(replay.job(0).dependencies()).isEmpty();
    }

    @Test
    void shouldWarnAboutImpossibleOrders() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"),
                        done("12:1"),
                        run("12:1", "gfx"),
                        done("12:1"),
                        run("12:1", "gfx"),
                        queue("14:1", "gfx"),
                        done("14:1"),
                        run("99:1", "gfx"),
                        done("99:1"),
                        dep("99:1", "12:1"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 R1 D1 S2");
        TraceSummary summary = replay.summary();
        assertThat(summary.warnings(TraceWarning.DONE_BEFORE_RUN)).isEqualTo(2);
        assertThat(summary.warnings(TraceWarning.DONE_TWICE)).isEqualTo(1);
        assertThat(summary.warnings(TraceWarning.RUN_TWICE)).isEqualTo(1);
        assertThat(summary.warnings(TraceWarning.RUN_OF_UNKNOWN_JOB)).isEqualTo(1);
        assertThat(summary.warnings(TraceWarning.DONE_OF_UNKNOWN_JOB)).isEqualTo(1);
        assertThat(summary.warnings(TraceWarning.DEPENDENCY_OF_UNKNOWN_JOB)).isEqualTo(1);
    }

    @Test
    void shouldLetALaterJobOrFenceTakeOverAnIdentity() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"),
                        queue("14:1", "gfx"),
                        queue("12:1", "gfx"),
                        fence("init", "drm_sched", "gfx", 13, 1),
                        fence("init", "drm_sched", "gfx", 14, 1),
                        run("12:1", "gfx"),
                        run("14:1", "gfx"),
                        queue("14:1", "gfx"),
                        dep("14:1", "12:1"),
                        run("14:1", "gfx"),
                        done("12:1"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2 S3 R3 S4 R4 D3");
        assertThat(replay.job(3).dependencies())
                .containsExactly(new Finished(replay.job(2).key()));
        assertThat(replay.summary().examples(TraceWarning.JOB_SUPERSEDED))
                .containsExactly("test.txt:3: job 1 of ring gpu0/gfx", "test.txt:4: job 1 of ring gpu0/gfx");
    }

    @Test
    void shouldCountAJobThatHangs() throws TraceFormatException {
        ReplayedTrace replay =
                TestTrace.of(queue("12:1", "gfx"), run("12:1", "gfx")).replay();
        assertThat(replay.summary().jobs()).isEqualTo(new TraceSummary.Jobs(1, 1, 0, 0));
    }

    @Test
    void shouldNotCountACompletionPrintedBehindItsSignalTwice() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"),
                        run("12:1", "gfx"),
                        fence("signaled", "drm_sched", "gfx", 12, 1),
                        done("12:1"))
                .replay();
        assertThat(replay.summary().jobs()).isEqualTo(new TraceSummary.Jobs(1, 1, 1, 0));
    }
}
