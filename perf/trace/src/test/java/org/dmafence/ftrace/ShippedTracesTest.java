package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.dmafence.ftrace.FenceRef.Finished;
import org.dmafence.ftrace.ReplayStep.WaitStarted;
import org.dmafence.ftrace.TraceSummary.Dependencies;
import org.dmafence.ftrace.TraceSummary.Dialect;
import org.dmafence.ftrace.TraceSummary.Jobs;
import org.dmafence.ftrace.TraceSummary.Lines;
import org.dmafence.ftrace.TraceSummary.Waits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the shipped traces hold. The numbers were counted without this package: lines and jobs with {@code grep -c} on
 * the event names; dependencies by a script over the distinct (job, dependency) pairs of {@code wait_dep}, or of
 * {@code add_dep} and {@code unschedulable}, looking for the dependency among the submissions before (finished), one
 * context below them (scheduled), or nowhere (foreign).
 */
class ShippedTracesTest {
    static List<String> names() {
        return ShippedTraces.names();
    }

    private static ReplayedTrace replay(String name) throws TraceFormatException {
        try (TraceReader reader = ShippedTraces.reader(name)) {
            return ReplayedTrace.of(reader, TraceLimits.DEFAULT);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldExplainEveryLine(String name) throws TraceFormatException {
        TraceSummary summary = replay(name).summary();
        assertThat(summary.lines().unexplained()).isZero();
        assertThat(summary.lines().malformed()).isZero();
        assertThat(summary.lines().unknownEvents()).isZero();
        assertThat(summary.warnings().keySet())
                .isSubsetOf(
                        summary.dialects().contains(Dialect.BEFORE_6_17)
                                ? Set.of(TraceWarning.GUESSED_FENCE, TraceWarning.TWO_RINGS_OF_ONE_NAME)
                                : Set.of());
        assertThat(summary.file()).isEqualTo(name);
    }

    @Test
    void shouldCountTheSchedulersThatHadANameOneAfterTheOther() throws TraceFormatException {
        TraceSummary summary = replay("linux-6.12-sched-mixed.txt").summary();

        assertThat(summary.warnings(TraceWarning.TWO_RINGS_OF_ONE_NAME)).isEqualTo(12);
    }

    @Test
    void shouldReadRichTraceSince617() throws TraceFormatException {
        ReplayedTrace replay = replay("linux-7.2-sched-rich.txt");
        TraceSummary summary = replay.summary();
        assertThat(summary.dialects()).isEqualTo(Set.of(Dialect.SINCE_6_17));
        assertThat(summary.lines()).isEqualTo(lines(184, 12, 56, 116));
        assertThat(summary.jobs()).isEqualTo(new Jobs(15, 15, 15, 0));
        assertThat(summary.dependencies()).isEqualTo(new Dependencies(6, 0, 2, 2));
        assertThat(summary.waits()).isEqualTo(new Waits(3, 3, 3));
        assertThat(summary.rings())
                .extracting(RingId::toString)
                .containsExactly("oracle/sdma", "oracle/gfx", "oracle/compute");
        assertThat(summary.entities()).isEqualTo(6);
        assertThat(summary.clients()).isEqualTo(1);
        assertThat(summary.firstNs()).isEqualTo(5_059_341_000L);
        assertThat(summary.lastNs()).isEqualTo(5_209_344_000L);
        assertThat(summary.knownEvents())
                .containsEntry("dma_fence_init", 50L)
                .containsEntry("drm_sched_job_unschedulable", 3L);
    }

    @Test
    void shouldReadRichTraceBefore617() throws TraceFormatException {
        ReplayedTrace replay = replay("linux-6.12-sched-rich.txt");
        TraceSummary summary = replay.summary();
        assertThat(summary.dialects()).isEqualTo(Set.of(Dialect.BEFORE_6_17));
        assertThat(summary.lines()).isEqualTo(lines(181, 12, 53, 116));
        assertThat(summary.jobs()).isEqualTo(new Jobs(15, 15, 15, 0));
        assertThat(summary.dependencies()).isEqualTo(new Dependencies(6, 0, 2, 2));
        assertThat(summary.waits()).isEqualTo(new Waits(3, 3, 3));
        assertThat(summary.rings()).extracting(RingId::toString).containsExactly("sdma", "gfx", "compute");
        assertThat(summary.entities()).isEqualTo(6);
        assertThat(summary.clients()).isZero();
    }

    @Test
    void shouldFindTheSameJobsInBothDialects() throws TraceFormatException {
        ReplayedTrace before = replay("linux-6.12-sched-rich.txt");
        ReplayedTrace since = replay("linux-7.2-sched-rich.txt");
        assertThat(before.order()).as("one scenario, two kernels").isEqualTo(since.order());
        assertThat(before.jobs())
                .extracting(TraceJob::dependencies)
                .isEqualTo(since.jobs().stream()
                        .map(TraceJob::dependencies)
                        .map(ShippedTracesTest::withPointersOf6Dot12)
                        .toList());
        assertThat(before.jobs())
                .extracting(job -> job.finished().toString())
                .isEqualTo(since.jobs().stream()
                        .map(job -> job.finished().toString())
                        .toList());
        assertThat(before.steps(WaitStarted.class))
                .extracting(WaitStarted::fence)
                .isEqualTo(since.steps(WaitStarted.class).stream()
                        .map(WaitStarted::fence)
                        .toList());
        assertThat(before.steps(WaitStarted.class)).allMatch(wait -> wait.fence() instanceof Finished);
    }

    /** Foreign fences also have a pointer before 6.17: those two that the 6.12 trace prints. */
    private static List<FenceRef.Dependency> withPointersOf6Dot12(List<FenceRef.Dependency> dependencies) {
        return dependencies.stream()
                .map(dependency -> {
                    if (dependency instanceof FenceRef.Foreign foreign) {
                        long pointer = foreign.fence().context() == 501 ? 0xc99dadeeL : 0x6bfce4dbL;
                        FenceIdentity fence = new FenceIdentity(
                                pointer,
                                foreign.fence().context(),
                                foreign.fence().seqno());
                        return new FenceRef.Foreign(foreign.key(), fence, foreign.driver(), foreign.timeline());
                    }
                    return dependency;
                })
                .toList();
    }

    @Test
    void shouldReadMixedTraceSince617() throws TraceFormatException {
        TraceSummary summary = replay("linux-7.2-sched-mixed.txt").summary();
        assertThat(summary.lines()).isEqualTo(lines(761, 12, 249, 500));
        // Three jobs of killed entities never run, but their finished fences signal.
        assertThat(summary.jobs()).isEqualTo(new Jobs(73, 70, 70, 3));
        // One more scheduled fence is named, of a job whose finished fence the same job depends on. Two share a foreign
        // one.
        assertThat(summary.dependencies()).isEqualTo(new Dependencies(14, 3, 11, 10));
        assertThat(summary.waits()).isEqualTo(new Waits(4, 4, 0));
        assertThat(summary.rings()).extracting(RingId::toString).containsExactly("oracle/s0", "oracle/s1");
        assertThat(summary.entities()).isEqualTo(24);
    }

    @Test
    void shouldReadMixedTraceBefore617() throws TraceFormatException {
        TraceSummary summary = replay("linux-6.12-sched-mixed.txt").summary();
        assertThat(summary.lines()).isEqualTo(lines(1092, 12, 373, 707));
        assertThat(summary.jobs()).isEqualTo(new Jobs(111, 109, 109, 2));
        assertThat(summary.dependencies()).isEqualTo(new Dependencies(24, 12, 8, 8));
        assertThat(summary.rings()).extracting(RingId::toString).containsExactly("s0", "s1");
        assertThat(summary.entities()).isEqualTo(33);
    }

    @Test
    void shouldReadAmdgpuTrace() throws TraceFormatException {
        ReplayedTrace replay = replay("amdgpu-sched-6.17.txt");
        assertThat(replay.order()).isEqualTo("S1 R1 D1");
        assertThat(replay.summary().lines()).isEqualTo(lines(7, 4, 3, 0));
        TraceJob job = replay.job(0);
        assertThat(job.ring()).isEqualTo(new RingId("0000:04:00.0", "gfx_0.0.0"));
        assertThat(job.finished()).isEqualTo(new FenceIdentity(0, 401, 1));
        assertThat(job.entity()).isEqualTo(401);
        assertThat(job.clientId()).isEqualTo(13);
        assertThat(job.dependencies()).isEmpty();
    }

    @Test
    void shouldReadMsmTraceWithoutFenceEvents() throws TraceFormatException {
        ReplayedTrace replay = replay("msm-sched-ring0.txt");
        assertThat(replay.order()).isEqualTo("S1 R1 S2 R2 S3 R3 D1 D2 D3 S4 R4 D4");
        assertThat(replay.summary().lines()).isEqualTo(lines(16, 4, 12, 0));
        assertThat(replay.summary().entities()).isEqualTo(2);
        assertThat(replay.job(3).entity()).isEqualTo(replay.job(0).entity()).isEqualTo(0xffffff8086fae500L);
        assertThat(replay.job(0).finished().hasContext()).isFalse();
        assertThat(replay.job(0).finished()).hasToString("ffffff80b033bc40");
    }

    @Test
    void shouldReadMsmTraceWithoutSchedulerEvents() throws TraceFormatException {
        ReplayedTrace replay = replay("msm-dma-fence.txt");
        assertThat(replay.order()).isEqualTo("S1 R1 S2 R2 D1 D2 S3 R3 D3");
        assertThat(replay.summary().dialects()).isEqualTo(Set.of(Dialect.FENCES_ONLY));
        assertThat(replay.summary().lines()).isEqualTo(lines(14, 4, 0, 10));
        assertThat(replay.summary().jobs()).isEqualTo(new Jobs(3, 3, 3, 0));
        assertThat(replay.summary().waits()).isEqualTo(new Waits(1, 1, 1));
        assertThat(replay.summary().rings())
                .containsExactly(new RingId("msm", "gpu-ring-0"), new RingId("drm_sched", "ring0"));
    }

    @Test
    void shouldNameTheShippedTracesWhenAskedForAnother() {
        assertThatThrownBy(() -> ShippedTraces.open("../secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("../secret")
                .hasMessageContaining("msm-dma-fence.txt");
        assertThat(ShippedTraces.names()).containsAll(ShippedTraces.DEFAULT);
    }

    private static Lines lines(long total, long comments, long jobEvents, long fenceEvents) {
        return new Lines(total, comments, 0, 0, 0, jobEvents, fenceEvents, 0, 0, 0, 0);
    }
}
