package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dmafence.fuzz.format.CaptureSeeds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The captures that the fuzzer begins with are good ones, or it would test nothing behind the first check. */
class CaptureSeedsTest {
    private static TraceSummary read(byte[] seed) throws TraceFormatException {
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(seed), "seed")) {
            return ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
        }
    }

    private static List<byte[]> traceDats() {
        return CaptureSeeds.traceDats();
    }

    private static List<byte[]> perfettos() {
        return CaptureSeeds.perfettos();
    }

    private static List<byte[]> packed() {
        String line = " a-1 [000] ..... 1.000000: drm_sched_job_done: fence=4:1 signaled\n";
        return CaptureSeeds.packed(line.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("traceDats")
    void shouldReadTraceDats(byte[] seed) throws TraceFormatException {
        TraceSummary summary = read(seed);

        assertThat(summary.jobs().submitted()).isEqualTo(4);
        assertThat(summary.jobs().done()).isEqualTo(4);
        assertThat(summary.lines().malformed()).isZero();
        assertThat(summary.warnings(TraceWarning.INPUT_CUT)).isZero();
    }

    @ParameterizedTest
    @MethodSource("perfettos")
    void shouldReadPerfettosTraces(byte[] seed) throws TraceFormatException {
        TraceSummary summary = read(seed);

        assertThat(summary.lines().jobEvents() + summary.lines().fenceEvents()).isPositive();
        assertThat(summary.lines().malformed()).isZero();
    }

    @ParameterizedTest
    @MethodSource("packed")
    void shouldReadWhatIsPacked(byte[] seed) throws TraceFormatException {
        TraceSummary summary = read(seed);

        assertThat(summary.lines().jobEvents() + summary.lines().fenceEvents()).isPositive();
        assertThat(summary.warnings(TraceWarning.INPUT_CUT)).isZero();
    }
}
