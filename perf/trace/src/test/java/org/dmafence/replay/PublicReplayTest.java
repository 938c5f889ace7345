package org.dmafence.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dmafence.fence.FenceError;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.jobs.JobLife.Fate;
import org.dmafence.replay.FakePipeline.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures that others published, replayed, where they lie beside the project. */
class PublicReplayTest {
    private static final Path DIRECTORY = Path.of("..", "..", "..", "shared", "traces", "public");

    private static Path file(String name) {
        Path file = DIRECTORY.resolve(name);
        assumeTrue(Files.exists(file), () -> file + " is not here");
        return file;
    }

    private static TraceScan scan(String name) throws Exception {
        try (TraceReader reader = TraceReader.open(file(name))) {
            return TraceScan.of(reader, reading -> {});
        }
    }

    private static ReplayTally replay(String name, TraceScan scan) throws Exception {
        FakePipeline pipeline = new FakePipeline(scan.depths(), Fault.NONE);
        TraceReplay replay =
                new TraceReplay(pipeline, scan, Pace.max(), ReplayLimits.DEFAULT, new Latencies(), fence -> {});
        try (replay;
                TraceReader reader = TraceReader.open(file(name))) {
            JobStream stream = new JobStream(reader);
            for (ReplayStep step = stream.next(); step != null; step = stream.next()) {
                replay.step(step);
            }
            replay.end();
            pipeline.kill(FenceError.ECANCELED);
            return replay.tally();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpuvis-amdgpu.zip", "gpuvis-amdgpu-v7-zstd.dat", "gpuvis-amdgpu-report.txt.gz"})
    void shouldReplayTheWholeJobsOfAPartialCapture(String name) throws Exception {
        TraceScan scan = scan(name);
        ReplayTally tally = replay(name, scan);

        assertThat(scan.replayed()).isEqualTo(641);
        assertThat(scan.leftOut().size()).isEqualTo(142);
        assertThat(scan.unfinished()).isEmpty();
        assertThat(scan.times().runToEnd.getValueAtPercentile(50) / 10_000)
                .as("median")
                .isEqualTo(357);
        assertThat(tally.submitted()).isEqualTo(641);
        assertThat(tally.finished()).isEqualTo(641);
        assertThat(tally.failed()).isZero();
        assertThat(tally.conserved()).isTrue();
        assertThat(tally.times().runToEnd.getTotalCount()).isEqualTo(641);
    }

    @Test
    void shouldTellHardwareFromQueueing() throws Exception {
        TraceScan scan = scan("perfetto-drm_sched.pftrace");

        assertThat(scan.jobs(Fate.COMPLETE)).isEqualTo(4);
        assertThat(scan.times().hardware.getMinValue()).as("25.156 us").isBetween(25_100L, 25_200L);
        assertThat(scan.times().runToEnd.getMaxValue()).as("7.042 ms").isBetween(7_040_000L, 7_050_000L);
    }

    @Test
    void shouldHaveNothingToReplayWhereThereIsNoJob() throws Exception {
        TraceScan scan = scan("34-cpu-buffer-started-marker.txt");

        assertThat(scan.replayed()).isZero();
        assertThat(scan.summary().unknownEvents()).isNotEmpty();
    }
}
