package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.ftrace.JobStreamSince617Test.dep;
import static org.dmafence.ftrace.JobStreamSince617Test.done;
import static org.dmafence.ftrace.JobStreamSince617Test.queue;
import static org.dmafence.ftrace.JobStreamSince617Test.run;

import org.dmafence.ftrace.FenceRef.Foreign;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The look-ahead window and the bounds of memory. */
class JobStreamBoundsTest {
    private static final TraceLimits SMALL = new TraceLimits(1000, 500, 2000, 800);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepStateBoundedOverALongTrace(boolean since617) throws TraceFormatException {
        GeneratedTrace trace = new GeneratedTrace(since617, true, 30_000);
        try (TraceReader reader = TraceReader.of(trace, "generated")) {
            TraceSummary summary = drain(new JobStream(reader, SMALL));
            assertThat(trace.lines()).isGreaterThan(299_990);
            assertThat(summary.lines().total()).isEqualTo(trace.lines());
            assertThat(summary.jobs()).isEqualTo(new TraceSummary.Jobs(30_000, 30_000, 30_000, 0));
            assertThat(summary.dependencies().finished()).isEqualTo(29_999);
            assertThat(summary.warnings().keySet()).isSubsetOf(TraceWarning.GUESSED_FENCE);
            assertThat(summary.peaks().heldSteps()).isLessThanOrEqualTo(4);
            assertThat(summary.peaks().jobs()).isLessThanOrEqualTo(SMALL.endedJobs() + GeneratedTrace.IN_FLIGHT + 1);
            assertThat(summary.peaks().fences()).isLessThanOrEqualTo(SMALL.fences() + 1);
        }
    }

    @Test
    void shouldHoldNoMoreThanTheWindowBehindABlockedJob() throws TraceFormatException {
        TestTrace trace = TestTrace.of(queue("12:1", "gfx"), dep("12:1", "99:1"));
        for (int i = 1; i <= 2000; i++) {
            trace.event(queue("14:" + i, "gfx")).event(run("14:" + i, "gfx")).event(done("14:" + i));
        }
        TraceSummary summary = trace.event(dep("12:1", "99:2")).replay(SMALL).summary();
        assertThat(summary.jobs()).isEqualTo(new TraceSummary.Jobs(2001, 2000, 2000, 0));
        assertThat(summary.peaks().heldSteps()).isBetween(SMALL.heldSteps(), SMALL.heldSteps() + 3);
        assertThat(summary.examples(TraceWarning.LOOK_AHEAD_FULL))
                .as("one job is in the way, the others run")
                .singleElement()
                .asString()
                .endsWith("job 1 of ring gpu0/gfx");
        assertThat(summary.warnings(TraceWarning.LATE_DEPENDENCY)).isEqualTo(1);
    }

    @Test
    void shouldReleaseEveryJobAtTheEndOfTheTrace() throws TraceFormatException {
        ReplayedTrace replay = TestTrace.of(
                        queue("12:1", "gfx"), dep("12:1", "99:1"), queue("14:1", "gfx"), dep("14:1", "12:1"))
                .replay();
        assertThat(replay.order()).isEqualTo("S1 S2");
        assertThat(replay.job(0).dependencies()).hasSize(1);
        assertThat(replay.job(1).dependencies()).hasSize(1);
    }

    @Test
    void shouldHoldExactlyUntilTheOldestJobRan() throws TraceFormatException {
        String text = TestTrace.of(queue("12:1", "gfx"), queue("14:1", "gfx"), run("14:1", "gfx"), run("12:1", "gfx"))
                .text();
        try (TraceReader reader = TestTrace.reader(text)) {
            JobStream stream = new JobStream(reader);
            assertThat(stream.next()).isInstanceOf(ReplayStep.RingSeen.class);
            assertThat(stream.summary().lines().total()).isEqualTo(1);
            assertThat(stream.next()).isInstanceOf(ReplayStep.JobSubmitted.class);
            assertThat(stream.summary().lines().total()).isEqualTo(4);
        }
    }

    @Test
    void shouldGiveUpTheOldestOfTooManyJobsInFlight() throws TraceFormatException {
        TestTrace trace = new TestTrace();
        for (int i = 1; i <= 20; i++) {
            trace.event(queue("14:" + i, "gfx")).event(run("14:" + i, "gfx"));
        }
        TraceSummary summary = trace.event(done("14:1"))
                .event(done("14:20"))
                .replay(new TraceLimits(10, 10, 5, 10))
                .summary();
        assertThat(summary.jobs()).isEqualTo(new TraceSummary.Jobs(20, 20, 1, 0));
        assertThat(summary.warnings(TraceWarning.JOB_FORGOTTEN)).isEqualTo(15);
        assertThat(summary.warnings(TraceWarning.DONE_OF_UNKNOWN_JOB)).isEqualTo(1);
        assertThat(summary.peaks().jobs()).isEqualTo(6);
    }

    @Test
    void shouldTreatAForgottenJobAsForeign() throws TraceFormatException {
        TestTrace trace = new TestTrace();
        for (int i = 1; i <= 5; i++) {
            trace.event(queue("14:" + i, "gfx")).event(run("14:" + i, "gfx")).event(done("14:" + i));
        }
        trace.event(queue("16:1", "gfx")).event(dep("16:1", "14:1")).event(run("16:1", "gfx"));
        ReplayedTrace replay = trace.replay(new TraceLimits(10, 2, 10, 10));
        assertThat(replay.job(5).dependencies()).singleElement().isInstanceOf(Foreign.class);
        assertThat(replay.order()).endsWith("S6 F R6");
    }

    @Test
    void shouldReleaseADependencyWhoseFenceWasForgotten() throws TraceFormatException {
        TestTrace trace = TestTrace.of(queue("16:1", "gfx"), dep("16:1", "99:1"));
        for (int i = 1; i <= 50; i++) {
            trace.event("dma_fence_init: driver=d timeline=t context=7 seqno=" + i);
        }
        trace.event("dma_fence_signaled: driver=d timeline=t context=99 seqno=1")
                .event(run("16:1", "gfx"));
        ReplayedTrace replay = trace.replay(new TraceLimits(10, 10, 10, 10));
        assertThat(replay.order()).isEqualTo("S1 F R1");
    }

    @Test
    void shouldRefuseLimitsBelowOne() {
        assertThatThrownBy(() -> new TraceLimits(0, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }

    private static TraceSummary drain(JobStream stream) throws TraceFormatException {
        StepChecker checker = new StepChecker();
        ReplayStep step;
        while ((step = stream.next()) != null) {
            checker.accept(step);
        }
        checker.end(stream.summary());
        return stream.summary();
    }

    @Test
    void shouldTakeRingsForOneWhenThereAreTooMany() throws TraceFormatException {
        TestTrace fences = new TestTrace();
        TestTrace drivers = new TestTrace();
        for (int i = 0; i < 6_000; i++) {
            fences.event("dma_fence_init: driver=d timeline=t" + i + " context=" + i + " seqno=1");
            fences.event("dma_fence_signaled: driver=d timeline=t" + i + " context=" + i + " seqno=1");
            drivers.event("v3d_submit_cl: dev=" + i + ", RCL, seqno=3, 0x00060000..0x0006000e");
        }
        for (TestTrace trace : new TestTrace[] {fences, drivers}) {
            TraceSummary summary = trace.replay().summary();
            assertThat(summary.rings()).hasSize(4_097).contains(new RingId("", "(others)"));
            assertThat(summary.jobs().submitted()).isEqualTo(6_000);
        }
    }
}
