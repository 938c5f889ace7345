package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.FenceAction;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.dmafence.fuzz.format.ByteWriter;
import org.dmafence.fuzz.format.TraceDatWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code trace.dat} in all its kinds. */
class TraceDatTest {
    private static final long T = 5_000_000_000_000L;

    private static List<TraceEvent> events(byte[] file) throws TraceFormatException {
        List<TraceEvent> events = new ArrayList<>();
        try (TraceReader reader = reader(file)) {
            TraceEvent event;
            while ((event = reader.next()) != null) {
                events.add(event);
            }
        }
        return events;
    }

    private static TraceReader reader(byte[] file) throws TraceFormatException {
        return TraceReader.of(new ByteArrayInputStream(file), "trace.dat");
    }

    private static TraceSummary summary(byte[] file) throws TraceFormatException {
        try (TraceReader reader = reader(file)) {
            return ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
        }
    }

    private static TraceDatWriter small(int version) {
        TraceDatWriter dat = new TraceDatWriter(version, false, 8, version == 6 ? "" : "none");
        return dat.cpu(0, dat.page(T).signaled(T + 5, 77, "amdgpu", "gfx", 7, 8));
    }

    @ParameterizedTest
    @CsvSource({
        "6, false, 8, ''",
        "6, true, 8, ''",
        "6, false, 4, ''",
        "6, true, 4, ''",
        "7, false, 8, none",
        "7, true, 4, none",
        "7, false, 8, zlib",
        "7, true, 8, zlib",
        "7, false, 4, zstd",
        "7, true, 8, zstd"
    })
    void shouldReadEveryKind(int version, boolean bigEndian, int longSize, String compression)
            throws TraceFormatException {
        TraceDatWriter dat = new TraceDatWriter(version, bigEndian, longSize, compression);
        dat.option(2, "CPU: 0").option(8, "an old tool's own").option(4711, "nobody's");
        dat.cpu(
                0,
                dat.page(T)
                        .signaled(T + 10, 77, "amd sched", "CRTC:51-pipe A", 104, 0xffff_fff0L)
                        .other(T + 11, 200)
                        .discarded(T + 12)
                        .job(T + 30, 78, 1L << 40, "gfx", 105, 9),
                dat.page(T + 1000).signaled(T + 3_000_000_000L, 0, "", "", 1, 2));
        dat.cpu(3, dat.page(T + 15).stamped(T + 20).other(T + 20, 12).signaled(T + 20, 1234, "a/b", "c", 3, 4));

        String ring = "abcdef10";
        assertThat(events(dat.write()))
                .containsExactly(
                        new DmaFence(
                                new Stamp(1, T + 10, 0, 77, "RenderThread"),
                                FenceAction.SIGNALED,
                                "amd sched",
                                "CRTC:51-pipe A",
                                104,
                                0xffff_fff0L),
                        new DmaFence(new Stamp(4, T + 20, 3, 1234, "<...>"), FenceAction.SIGNALED, "a/b", "c", 3, 4),
                        new DriverJob(
                                new Stamp(5, T + 30, 0, 78, "Web Content"),
                                DriverJob.Family.AMDGPU,
                                DriverJob.Action.SUBMITTED,
                                ring,
                                "gfx",
                                105,
                                9,
                                1L << 40,
                                -1,
                                0,
                                0,
                                -1),
                        new DmaFence(
                                new Stamp(6, T + 3_000_000_000L, 0, 0, "<idle>"), FenceAction.SIGNALED, "", "", 1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7})
    void shouldMergeSeveralBuffersByTime(int version) throws TraceFormatException {
        TraceDatWriter dat = new TraceDatWriter(version, false, 8, version == 6 ? "" : "none");
        dat.cpu(0, dat.page(T).signaled(T + 1, 1, "d", "t", 1, 1).signaled(T + 3, 1, "d", "t", 1, 3));
        dat.instance(0, dat.page(T).signaled(T + 2, 1, "d", "t", 1, 2));

        assertThat(events(dat.write())).extracting(e -> ((DmaFence) e).seqno()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldLeaveOutABufferOfAnotherClock() throws TraceFormatException {
        TraceDatWriter dat = new TraceDatWriter(7, false, 8, "none");
        dat.clocks("mono", "[x86-tsc]").cpu(0, dat.page(T).signaled(T + 1, 1, "d", "t", 1, 1));
        dat.cpu(1, dat.page(T).signaled(T + 3, 1, "d", "t", 1, 3));
        dat.instance(0, dat.page(T).signaled(T + 2, 1, "d", "t", 1, 2));

        assertThat(events(dat.write())).extracting(e -> ((DmaFence) e).seqno()).containsExactly(1L, 3L);
        assertThat(summary(dat.write()).examples(TraceWarning.LOST_EVENTS))
                .containsExactly(
                        "trace.dat:0: left out, as its times can't be compared: buffer inst, of clock [x86-tsc]");
        assertThat(events(dat.clocks("global", "local").write())).hasSize(3);
        assertThat(events(dat.clocks("", "mono").write())).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7})
    void shouldTellOfLostEvents(int version) throws TraceFormatException {
        TraceDatWriter dat = new TraceDatWriter(version, false, 8, version == 6 ? "" : "none");
        dat.cpu(
                1,
                dat.page(T).lost(5).signaled(T + 1, 1, "d", "t", 1, 1),
                dat.page(T + 2).lost(12).signaled(T + 3, 1, "d", "t", 1, 2),
                dat.page(T + 4).lost(-1).signaled(T + 5, 1, "d", "t", 1, 3));

        assertThat(summary(dat.write()).examples(TraceWarning.LOST_EVENTS))
                .as("not before the first page: there it is what went before the recording")
                .containsExactly("trace.dat:2: CPU:1 [LOST 12 EVENTS]", "trace.dat:3: CPU:1 [LOST EVENTS]");
    }

    @Test
    void shouldTellTheClockAndTheKernel() throws TraceFormatException {
        byte[] six = small(6).option(4, "local [boot] mono\n")
                .option(5, "Linux box 6.1.0-9 x86_64")
                .write();
        try (TraceReader reader = reader(six);
                TraceReader seven = reader(small(7).write())) {
            assertThat(reader.clock()).isEqualTo("boot");
            assertThat(reader.kernel()).isEqualTo("Linux box 6.1.0-9 x86_64");
            assertThat(seven.clock()).isEqualTo("local");
            assertThat(seven.kernel()).isEmpty();
        }
    }

    @Test
    void shouldShiftTheClockAsOptionsSay() throws TraceFormatException {
        assertThat(time(small(6).option(7, "1000000"))).isEqualTo(T + 5 + 1_000_000);
        assertThat(time(small(7).option(7, "-1000"))).isEqualTo(T + 5 - 1000);
        assertThat(time(small(6).option(1, "0x10"))).isEqualTo(T + 5 + 16_000);
        TraceDatWriter cycles = small(7);
        cycles.option(14, cycles.bytes().number(3 << 8, 4).number(8, 4).number(0, 8));
        assertThat(time(cycles)).isEqualTo(3 * (T + 5));
        TraceDatWriter guest = small(7);
        ByteWriter shift = guest.bytes().number(9, 8).number(0, 4).number(1, 4).number(2, 4);
        shift.number(T, 8)
                .number(T + 4, 8)
                .number(100, 8)
                .number(200, 8)
                .number(1, 8)
                .number(1, 8);
        assertThat(time(guest.option(12, shift))).isEqualTo(T + 5 + 200);
        assertThat(time(small(6).option(7, "soon").option(12, "x").option(14, "y")))
                .isEqualTo(T + 5);
    }

    private static long time(TraceDatWriter dat) throws TraceFormatException {
        return events(dat.write()).get(0).stamp().timeNs();
    }

    @Test
    void shouldReadAFileAndAStreamAlike(@TempDir Path directory) throws IOException, TraceFormatException {
        Path file = Files.write(directory.resolve("x"), small(7).write());

        try (TraceReader reader = TraceReader.open(file)) {
            assertThat(reader.next()).isEqualTo(events(small(7).write()).get(0));
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void shouldKeepWhatPrecedesTheCut() throws TraceFormatException {
        for (int version : new int[] {6, 7}) {
            TraceDatWriter dat = new TraceDatWriter(version, false, 8, version == 6 ? "" : "none");
            for (int i = 0; i < 20; i++) {
                dat.cpu(0, dat.page(T + i * 10L).signaled(T + i * 10L + 1, 1, "d", "t", 1, i));
            }
            byte[] whole = dat.write();
            if (version == 6) {
                byte[] cut = Arrays.copyOf(whole, whole.length - 5 * TraceDatWriter.PAGE - 100);
                assertThat(events(cut)).hasSize(14);
            } else {
                refused(Arrays.copyOf(whole, whole.length - 10), Problem.UNREADABLE, "damaged trace.dat");
            }
        }
    }

    @Test
    void shouldRefuseWhatItCannotRead() {
        byte[] seven = small(7).write();
        byte[] eight = seven.clone();
        eight[10] = '8';
        refused(eight, Problem.UNREADABLE, "of version 8");
        byte[] lz4 = new String(seven, StandardCharsets.ISO_8859_1)
                .replace("none\0", "lz4x\0")
                .getBytes(StandardCharsets.ISO_8859_1);
        refused(lz4, Problem.UNREADABLE, "compressed with \"lz4x\"");
        refused(Arrays.copyOf(seven, 20), Problem.UNREADABLE, "damaged trace.dat");
        refused(Arrays.copyOf(small(6).write(), 300), Problem.UNREADABLE, "damaged trace.dat");
    }

    @Test
    void shouldRefuseAPieceThatWouldUnpackToFarTooMuch() {
        TraceDatWriter dat = new TraceDatWriter(7, false, 8, "zlib");
        byte[] file = dat.cpu(0, dat.page(T).signaled(T + 5, 77, "amdgpu", "gfx", 7, 8))
                .write();
        int sizeOfFirstSection = 18 + "zlib\0".length() + "1\0".length() + 8 + 16 + 4;
        file[sizeOfFirstSection + 3] = 0x0f;

        refused(file, Problem.UNREADABLE, "would unpack to 2516");
    }

    @Test
    void shouldRefuseMoreBuffersThanThereIsRoomFor() {
        byte[] file = small(6).write();
        file[16] = 0x20; // pages of two megabytes

        refused(file, Problem.UNREADABLE, "a page of");
    }

    private static void refused(byte[] file, Problem problem, String says) {
        assertThatThrownBy(() -> events(file))
                .isInstanceOfSatisfying(TraceFormatException.class, e -> {
                    assertThat(e.problem()).isEqualTo(problem);
                    assertThat(e.remedy()).isNotEmpty();
                })
                .hasMessageContaining(says);
    }

    @ParameterizedTest
    @CsvSource({"6, ''", "7, none", "7, zlib", "7, zstd"})
    void shouldSurviveAnyDamage(int version, String compression) {
        TraceDatWriter dat = new TraceDatWriter(version, false, 8, compression);
        for (int i = 0; i < 4; i++) {
            long at = T + i * 10L;
            dat.cpu(i % 2, dat.page(at).job(at, 77, i, "gfx", 5, i).signaled(at, 1, "d", "t", 5, i));
        }
        dat.option(7, "5").option(14, "abcdefghijklmnop");
        byte[] whole = dat.write();
        Random random = new Random(version * 31L + compression.length());
        for (int round = 0; round < 3000; round++) {
            byte[] damaged =
                    round % 5 == 0 ? Arrays.copyOf(whole, 12 + random.nextInt(whole.length - 12)) : whole.clone();
            int bytes = 1 + random.nextInt(4);
            for (int i = 0; i < bytes; i++) {
                int at = 12 + random.nextInt(Math.min(damaged.length, 1 << random.nextInt(4, 16)) - 12 + 1);
                damaged[Math.min(at, damaged.length - 1)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            try {
                assertThat(events(damaged)).hasSizeLessThan(20_000);
            } catch (TraceFormatException e) {
                assertThat(e.remedy()).isNotEmpty();
            }
        }
    }
}
