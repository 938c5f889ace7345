package org.dmafence.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.jobs.JobLife.Fate;
import org.dmafence.replay.FakePipeline.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReplayTest {
    private interface Opener {
        TraceReader open() throws TraceFormatException;
    }

    private static final String TWO_ON_ONE_RING = """
            # tracer: nop
            %s
            """;

    private static final String MUCH_LATER = "  app-1  [000] .....  60.000000: other: x";

    private final Latencies latencies = new Latencies();
    private final List<DmaFence> kept = new ArrayList<>();
    private ReplayLimits limits = ReplayLimits.DEFAULT;

    @SuppressWarnings("NullAway.Init") // every replay makes one
    private TraceScan scan;

    static List<String> shipped() {
        return ShippedTraces.names();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shouldEndEveryJobOnceWhenShippedTraceIsReplayed(String name) throws Exception {
        ReplayTally tally = replay(() -> ShippedTraces.reader(name), Fault.NONE);

        assertThat(tally.conserved()).isTrue();
        assertThat(tally.submitted()).isEqualTo(scan.replayed()).isPositive();
        assertThat(tally.finished()).isEqualTo(scan.jobs(Fate.COMPLETE));
        assertThat(tally.failed()).isEqualTo(scan.replayed() - scan.jobs(Fate.COMPLETE));
        assertThat(tally.spoiled()).isZero();
        assertThat(tally.times().runToEnd.getTotalCount())
                .isEqualTo(scan.times().runToEnd.getTotalCount());
        assertThat(tally.rings())
                .allSatisfy(ring -> assertThat(ring.fifoBreaks()).isZero());
        assertThat(kept)
                .hasSize((int) tally.run())
                .allSatisfy(fence -> assertThat(fence.isSignaled()).isTrue());
        assertThat(latencies.submitToRun.getTotalCount()).isEqualTo(tally.run());
        assertThat(latencies.signalToCallback.getTotalCount()).isEqualTo(tally.run());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linux-7.2-sched-rich.txt",
                "linux-6.12-sched-rich.txt",
                "amdgpu-sched-6.17.txt",
                "msm-sched-ring0.txt",
                "msm-dma-fence.txt"
            })
    void shouldRunInTheTracesOrderWhenTheTracedSchedulerWasFirstComeFirstServed(String name) throws Exception {
        ReplayTally tally = replay(() -> ShippedTraces.reader(name), Fault.NONE);

        assertThat(tally.rings()).isNotEmpty().allSatisfy(ring -> {
            assertThat(ring.firstDifference()).isNull();
            assertThat(ring.compared()).isEqualTo(ring.ranInTrace()).isPositive();
        });
    }

    @Test
    void shouldTakeTheSameCourseWhenRepeated() throws Exception {
        ReplayTally first = replay(() -> ShippedTraces.reader("linux-6.12-sched-mixed.txt"), Fault.NONE);
        ReplayTally second = replay(() -> ShippedTraces.reader("linux-6.12-sched-mixed.txt"), Fault.NONE);

        assertThat(second.rings().stream().map(RunOrderCheck::firstDifference))
                .isEqualTo(first.rings().stream()
                        .map(RunOrderCheck::firstDifference)
                        .toList());
        assertThat(second.run()).isEqualTo(first.run());
    }

    @Test
    void shouldReportBrokenFifoWhenEntitysJobsRunOutOfOrder() throws Exception {
        ReplayTally tally = replay(
                () -> trace(queue(1), run(1), queue(2), queue(3), done(1), run(2), done(2), run(3), done(3)),
                Fault.LAST_IN_FIRST_OUT);

        assertThat(tally.rings().get(0).fifoBreaks()).isPositive();
        assertThat(tally.rings().get(0).firstFifoBreak()).contains("2 of 7");
    }

    @Test
    void shouldLeaveOutJobsThatTheCaptureCutsOff() throws Exception {
        ReplayTally tally = replay(
                () -> trace(queue(1), run(1), queue(2), run(2), done(2), queue(3), run(3), queue(4)), Fault.NONE);

        assertThat(scan.fates())
                .containsOnly(
                        entry(Fate.NOT_RECORDED, 1L),
                        entry(Fate.COMPLETE, 1L),
                        entry(Fate.RUNNING, 1L),
                        entry(Fate.QUEUED, 1L));
        assertThat(tally.submitted()).isEqualTo(1);
        assertThat(tally.finished()).isEqualTo(1);
        assertThat(tally.rings().get(0).ranInTrace()).isEqualTo(1);
        assertThat(scan.depths()).containsOnly(entry(new RingId("card0", "gfx"), 2));
    }

    @Test
    void shouldFailAHungJobWhenTheDriverIsUnloaded() throws Exception {
        ReplayTally tally = replay(() -> trace(queue(1), run(1), done(1), queue(2), run(2), MUCH_LATER), Fault.NONE);

        assertThat(scan.jobs(Fate.HUNG)).isEqualTo(1);
        assertThat(tally.finished()).isEqualTo(1);
        assertThat(tally.failed()).isEqualTo(1);
        assertThat(tally.spoiled()).isZero();
        assertThat(kept.get(1).errno()).isEqualTo(FenceError.ECANCELED.errno());
        assertThat(tally.times().runToEnd.getTotalCount())
                .as("the hung one's time is none")
                .isEqualTo(1);
    }

    @Test
    void shouldFailAJobThatWasKilledInItsQueueAndHoldUpNobody() throws Exception {
        String killed = line("dma_fence_signaled: driver=drm_sched timeline=gfx context=7 seqno=1");
        ReplayTally tally =
                replay(() -> trace(queue(1), killed, queueOf(9, 1), runOf(9, 1), doneOf(9, 1), MUCH_LATER), Fault.NONE);

        assertThat(scan.jobs(Fate.ENDED_OTHERWISE)).isEqualTo(1);
        assertThat(tally.finished()).isEqualTo(1);
        assertThat(tally.failed()).isEqualTo(1);
        assertThat(tally.spoiled()).isZero();
    }

    @Test
    void shouldTakeASignalForTheEndWhereTheCompletionIsNotRecorded() throws Exception {
        String signal = line("dma_fence_signaled: driver=drm_sched timeline=gfx context=7 seqno=1");
        ReplayTally tally = replay(() -> trace(queue(1), run(1), signal), Fault.NONE);

        assertThat(tally.finished()).isEqualTo(1);
        assertThat(tally.failed()).isZero();
    }

    @Test
    void shouldMeasureTheSameStagesInTheTraceAndHere() throws Exception {
        ReplayTally tally = replay(() -> trace(queue(1), queue(2), run(1), run(2), done(1), done(2)), Fault.NONE);

        assertThat(scan.times().queueToRun.getMaxValue()).isEqualTo(2_000);
        assertThat(scan.times().runToEnd.getMinValue()).isEqualTo(2_000);
        assertThat(scan.times().hardware.getMinValue())
                .as("the second waits for the first")
                .isEqualTo(1_000);
        assertThat(tally.times().queueToRun.getTotalCount()).isEqualTo(2);
        assertThat(tally.times().hardware.getTotalCount()).isEqualTo(2);
    }

    @Test
    void shouldFailWhatIsGivenUpWhenTooManyJobsAreInFlight() throws Exception {
        limits = new ReplayLimits(2, 10, 10, 10);
        ReplayTally tally = replay(
                () -> trace(
                        queue(1), run(1), queue(2), run(2), queue(3), run(3), queue(4), run(4), done(1), done(2),
                        done(3), done(4)),
                Fault.NONE);

        assertThat(tally.conserved()).isTrue();
        assertThat(tally.givenUp()).isEqualTo(2);
        assertThat(tally.finished()).isEqualTo(2); // 1 and 2 were given up before the trace said that they are done
        assertThat(tally.failed()).isEqualTo(2);
    }

    @Test
    void shouldCompleteJobLaterWhenItIsDoneInTheTraceBeforeItCouldRun() throws Exception {
        String dependency = line("drm_sched_job_add_dep: fence=9:1 depends on fence=7:1");
        ReplayTally tally = replay(
                () -> trace(queue(1), run(1), queueOf(9, 1), dependency, runOf(9, 1), doneOf(9, 1), done(1)),
                Fault.NONE);

        assertThat(tally.conserved()).isTrue();
        assertThat(tally.finished()).isEqualTo(2);
    }

    @Test
    void shouldGiveUpTheOldestWhenMoreJobsAreInFlightThanAllowed() throws Exception {
        limits = new ReplayLimits(4, 10, 16, 8);
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            lines.add(queue(i));
            lines.add(run(i));
        }
        for (int i = 1; i <= 50; i++) {
            lines.add(done(i));
        }
        ReplayTally tally = replay(() -> trace(lines.toArray(String[]::new)), Fault.NONE);

        assertThat(tally.conserved()).isTrue();
        assertThat(tally.givenUp()).isEqualTo(46);
        assertThat(tally.failed()).isEqualTo(46);
    }

    @Test
    void shouldFailTheJobsThatAnEndedRingRefuses() throws Exception {
        ReplayTally tally = replay(
                () -> trace(queue(1), run(1), done(1), queue(2), run(2), done(2), queue(3), run(3), done(3)),
                Fault.ENDED);

        assertThat(tally.conserved()).isTrue();
        assertThat(tally.submitted()).isEqualTo(3);
        assertThat(tally.finished()).isEqualTo(1);
        assertThat(tally.failed()).isEqualTo(2);
        assertThat(tally.spoiled()).isEqualTo(2);
    }

    @Test
    void shouldGiveADriverNoMoreJobsWhenItHoldsTheReplayUp() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            lines.add(queue(i));
            lines.add(run(i));
            lines.add(done(i));
        }
        ReplayTally tally = replay(() -> trace(lines.toArray(String[]::new)), Fault.BLOCKS);

        assertThat(tally.conserved()).isTrue();
        assertThat(tally.submitted()).isEqualTo(50);
        assertThat(tally.spoiled()).isGreaterThan(45);
        assertThat(kept).hasSizeLessThan(5);
    }

    @Test
    void shouldNotBeConservedWhenThePipelineLosesAJobForGood() throws Exception {
        FakePipeline pipeline = new FakePipeline(java.util.Map.of(), Fault.NONE);
        Opener hang = () -> trace(queue(1), run(1), done(1), queue(2), run(2), MUCH_LATER);
        try (TraceReader reader = hang.open()) {
            scan = TraceScan.of(reader, reading -> {});
        }
        try (TraceReplay replay = feed(pipeline, hang)) {
            assertThat(replay.tally().conserved()).isFalse();
            assertThat(replay.tally().pending()).isEqualTo(1);
        }
    }

    @Test
    void shouldWakeRealThreadsWhenTheTracesTasksWait() throws Exception {
        String start = line("dma_fence_wait_start: driver=drm_sched timeline=gfx context=7 seqno=1");
        ReplayTally tally = replay(() -> trace(queue(1), run(1), start, done(1)), Fault.NONE);

        assertThat(tally.waits()).isEqualTo(1);
        // One for the task's wait on the finished fence, one that samples the hardware fence.
        assertThat(latencies.signalToWake.getTotalCount()).isEqualTo(2);
    }

    // ---- traces -----------------------------------------------------------------------------------------------------

    private int lines;

    private String line(String event) {
        return String.format(Locale.ROOT, "  app-1  [000] .....  %d.%06d: %s", 1, ++lines, event);
    }

    private String queue(int seqno) {
        return queueOf(7, seqno);
    }

    private String queueOf(int context, int seqno) {
        return line("drm_sched_job_queue: dev=card0, fence=" + context + ":" + seqno
                + ", ring=gfx, job count:0, hw job count:0, client_id:1");
    }

    private String run(int seqno) {
        return runOf(7, seqno);
    }

    private String runOf(int context, int seqno) {
        return line("drm_sched_job_run: dev=card0, fence=" + context + ":" + seqno
                + ", ring=gfx, job count:0, hw job count:1, client_id:1");
    }

    private String done(int seqno) {
        return doneOf(7, seqno);
    }

    private String doneOf(int context, int seqno) {
        return line("drm_sched_job_done: fence=" + context + ":" + seqno + " signaled");
    }

    private static TraceReader trace(String... lines) throws TraceFormatException {
        String text = TWO_ON_ONE_RING.formatted(String.join("\n", lines));
        return TraceReader.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "test.txt");
    }

    // ---- replaying --------------------------------------------------------------------------------------------------

    private ReplayTally replay(Opener trace, Fault fault) throws Exception {
        try (TraceReader reader = trace.open()) {
            scan = TraceScan.of(reader, reading -> {});
        }
        FakePipeline pipeline = new FakePipeline(scan.depths(), fault);
        try (TraceReplay replay = feed(pipeline, trace)) {
            pipeline.kill(FenceError.ECANCELED);
            return replay.tally();
        }
    }

    private TraceReplay feed(FakePipeline pipeline, Opener trace) throws Exception {
        TraceReplay replay =
                new TraceReplay(pipeline, scan, Pace.max(), limits, latencies, fence -> kept.add(fence.retain()));
        try (TraceReader reader = trace.open()) {
            JobStream stream = new JobStream(reader);
            for (ReplayStep step = stream.next(); step != null; step = stream.next()) {
                replay.step(step);
            }
        }
        replay.end();
        return replay;
    }
}
