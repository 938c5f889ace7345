package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Captures that others published, where they lie beside the project; their right answers were counted by other means.
 */
class PublicCapturesTest {
    private static final Path DIRECTORY = Path.of("..", "..", "..", "shared", "traces", "public");

    private static Path file(String name) {
        Path file = DIRECTORY.resolve(name);
        assumeTrue(Files.exists(file), () -> file + " is not here");
        return file;
    }

    private static ReplayedTrace read(String name) throws TraceFormatException {
        try (TraceReader reader = TraceReader.open(file(name))) {
            return ReplayedTrace.of(reader, TraceLimits.DEFAULT);
        }
    }

    /** From run to end, in nanoseconds, sorted. */
    private static List<Long> runToEnd(ReplayedTrace replay) {
        Map<Long, Long> ran = new HashMap<>();
        List<Long> times = new ArrayList<>();
        for (ReplayStep step : replay.steps()) {
            if (step instanceof ReplayStep.JobRan s) {
                ran.put(s.jobKey(), s.timeNs());
            } else if (step instanceof ReplayStep.JobDone s) {
                times.add(s.timeNs() - ran.getOrDefault(s.jobKey(), 0L));
            }
        }
        return times.stream().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpuvis-amdgpu-report.txt.gz", "gpuvis-amdgpu.zip", "gpuvis-amdgpu-v7-zstd.dat"})
    void shouldFindTheJobsOfTheWholeCapture(String name) throws TraceFormatException {
        ReplayedTrace replay = read(name);
        TraceSummary summary = replay.summary();
        List<Long> times = runToEnd(replay);

        assertThat(times).hasSize(641);
        assertThat((times.get(320) + 500) / 1000).isEqualTo(3579);
        assertThat(times.get(0) / 1000).isBetween(23L, 24L); // printed times are cut to microseconds
        assertThat(times.get(640) / 1000).isBetween(5159L, 5160L);
        long unseen = summary.warnings(TraceWarning.RUN_OF_UNKNOWN_JOB);
        assertThat(summary.jobs().submitted() - unseen).as("submissions").isEqualTo(755);
        assertThat(summary.jobs().submitted() - summary.jobs().ran())
                .as("without a run")
                .isEqualTo(90);
        assertThat(unseen).as("without a submission").isEqualTo(28);
        assertThat(summary.jobs().ran() - summary.jobs().done())
                .as("without an end")
                .isEqualTo(52);
        assertThat(summary.knownEvents())
                .containsEntry("amdgpu_cs_ioctl", 755L)
                .containsEntry("amdgpu_sched_run_job", 693L)
                .containsEntry("dma_fence_signaled", 1976L);
        assertThat(summary.unknownEvents()).containsEntry("sched_switch", 43_806L);
        assertThat(summary.rings()).extracting(RingId::name).containsExactlyInAnyOrder("gfx", "sdma0", "sdma1");
        assertThat(summary.lines().unexplained() + summary.lines().malformed()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"gpuvis-amdgpu-report-t-ns.txt,3687079", "gpuvis-amdgpu-report-R-raw.txt,3688000"})
    void shouldReadPiecesInOtherForms(String name, long medianNs) throws TraceFormatException {
        ReplayedTrace replay = read(name);

        assertThat(replay.summary().jobs()).isEqualTo(new TraceSummary.Jobs(17, 17, 15, 0));
        assertThat(runToEnd(replay).get(7)).isEqualTo(medianNs);
    }

    @ParameterizedTest
    @CsvSource({
        "17-i915-ftrace_dump-in-dmesg-mail-quoted.txt, 25, 25",
        "19-catapult-i915-no-irq-columns.txt, 14, 14",
        "22-v3d-submit_cl.txt, 4, 4",
        "perfetto-drm_sched-as-text.txt, 24, 12"
    })
    void shouldExplainEveryLine(String name, long lines, long events) throws TraceFormatException {
        TraceSummary.Lines found = read(name).summary().lines();

        assertThat(found.total()).isEqualTo(lines);
        assertThat(found.jobEvents() + found.fenceEvents() + found.unknownEvents())
                .isEqualTo(events);
        assertThat(found.unexplained() + found.malformed()).isZero();
    }

    @Test
    void shouldReadPerfettosJobs() throws TraceFormatException {
        assertThat(runToEnd(read("perfetto-drm_sched.pftrace")))
                .containsExactly(4_726_312L, 4_729_073L, 6_756_993L, 7_041_994L);
        assertThat(runToEnd(read("perfetto-drm_dma_fence.pftrace")))
                .containsExactly(4_805_626L, 4_868_387L, 6_785_107L);
    }

    @Test
    void shouldPairWaits() throws TraceFormatException {
        TraceSummary summary =
                read("26-systrace-analyser-tests-wait-pairing.txt").summary();

        assertThat(summary.waits()).isEqualTo(new TraceSummary.Waits(1, 1, 0));
    }
}
