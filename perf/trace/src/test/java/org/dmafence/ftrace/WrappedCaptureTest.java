package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.dmafence.fuzz.format.Packing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures in gzip, zip, xz and zstd, known by their content. */
class WrappedCaptureTest {
    private static final int EVENTS = 3000;

    private static byte[] capture() {
        TestTrace trace = new TestTrace().raw("# tracer: nop");
        for (int i = 0; i < EVENTS; i++) {
            trace.event("drm_sched_job_done: fence=" + i * 31 + ":" + i + " signaled");
        }
        return trace.text().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] pack(String packing, byte[] content) {
        return Packing.valueOf(packing.toUpperCase(Locale.ROOT)).pack(content);
    }

    private static byte[] zip(Object... namesAndContents) {
        String[] names = new String[namesAndContents.length / 2];
        byte[][] contents = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            names[i] = (String) namesAndContents[2 * i];
            contents[i] = (byte[]) namesAndContents[2 * i + 1];
        }
        return Packing.zip(names, contents);
    }

    private static TraceSummary read(byte[] bytes) throws TraceFormatException {
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(bytes), "packed")) {
            return ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zip", "xz", "zstd"})
    void shouldReadWhatIsPacked(String packing) throws TraceFormatException {
        TraceSummary summary = read(pack(packing, capture()));

        assertThat(summary.lines().jobEvents()).isEqualTo(EVENTS);
        assertThat(summary.warnings(TraceWarning.INPUT_CUT)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zip", "xz", "zstd"})
    void shouldReadWhatIsPackedTwice(String packing) throws TraceFormatException {
        assertThat(read(pack("zip", pack(packing, capture()))).lines().jobEvents())
                .isEqualTo(EVENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zip", "xz", "zstd"})
    void shouldReadWhatIsThereOfOneThatIsCut(String packing) throws TraceFormatException {
        byte[] whole = pack(packing, capture());
        for (int length : new int[] {whole.length - 1, whole.length / 2, 40, 7}) {
            try {
                TraceSummary summary = read(Arrays.copyOf(whole, length));
                assertThat(summary.lines().jobEvents()).isLessThanOrEqualTo(EVENTS);
                assertThat(summary.warnings(TraceWarning.INPUT_CUT)).isLessThanOrEqualTo(1);
            } catch (TraceFormatException e) {
                assertThat(e.remedy()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zip", "xz", "zstd"})
    void shouldRefuseDamageWithAReason(String packing) {
        byte[] whole = pack(packing, capture());
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 4; i++) {
                damaged[6 + random.nextInt(damaged.length - 6)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(damaged).lines().jobEvents()).isLessThanOrEqualTo(2L * EVENTS);
            } catch (TraceFormatException e) {
                assertThat(e.remedy()).isNotEmpty();
            }
        }
    }

    @Test
    void shouldFindTheCaptureAmongOtherFiles() throws TraceFormatException {
        byte[] readme = "This is a trace of my game.\n".getBytes(StandardCharsets.UTF_8);
        byte[] noise = new byte[100_000];
        new Random(3).nextBytes(noise);

        TraceSummary summary = read(zip("__MACOSX/._t", noise, "README", readme, "t", capture(), "u", readme));

        assertThat(summary.lines().jobEvents()).isEqualTo(EVENTS);
        refused(Problem.NOT_A_TRACE, zip("README", readme, "noise", noise), "README, noise");
        refused(Problem.NOT_A_TRACE, zip("dir/", new byte[0]), "without a file");
    }

    @Test
    void shouldRefuseEmptyPackings() {
        refused(Problem.EMPTY, pack("gzip", new byte[0]), "nothing is in this gzip file");
        refused(Problem.EMPTY, pack("xz", new byte[0]), "nothing is in this xz file");
    }

    @Test
    void shouldRefuseWhatIsPackedOverAndOver() {
        byte[] bytes = capture();
        for (int i = 0; i < 6; i++) {
            bytes = pack("gzip", bytes);
        }
        refused(Problem.UNREADABLE, bytes, "packed more than 4 times");
    }

    @Test
    void shouldRefuseWhatUnpacksToFarTooMuch() throws IOException {
        byte[] line = "            app-100 [000] .....     1.000000: other: x\n"
                .repeat(1000)
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = Packing.XZ.around(bytes)) {
            for (int i = 0; i < 6_000; i++) {
                out.write(line);
            }
        }
        refused(Problem.UNREADABLE, bytes.toByteArray(), "unpacks to more than 500 times");
    }

    private static void refused(Problem problem, byte[] bytes, String says) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfSatisfying(TraceFormatException.class, e -> {
                    assertThat(e.problem()).isEqualTo(problem);
                    assertThat(e.remedy()).isNotEmpty();
                })
                .hasMessageContaining(says);
    }
}
