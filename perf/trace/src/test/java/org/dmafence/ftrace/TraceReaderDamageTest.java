package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmafence.ftrace.TraceFormatException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines that are cut or odd, and files that are no traces. */
class TraceReaderDamageTest {
    private static final String DONE = "drm_sched_job_done: fence=401:1 signaled";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dma_fence_init: driver=x timeline=y context=12|\"seqno=\" is missing",
                "dma_fence_init: driver=x timeline=y context=12 seqno=|a number is missing",
                "dma_fence_init: driver=x timeline=y context=1 seqno=4z|not a number: \" seqno=4z\"",
                "dma_fence_init: driver=x timelin=y context=1 seqno=4|\"timeline=\" is missing",
                "dma_fence_init: driver=x timeline=y context=99999999999999999999 seqno=4|number out of range",
                "drm_sched_job_done: fence=401:1 sig|\"signaled\" is missing",
                "drm_sched_job_done: fence=401:1 signaled twice|something follows",
                "drm_sched_job_done: fence=401|\":\" is missing",
                "drm_sched_job_add_dep: fence=1:2 depends on fence=|a number is missing",
                "drm_sched_process_job: fence=(____ptrval____) signaled|no pointer where one is due",
                "drm_sched_process_job: fence=12345678901234567 signaled|no pointer where one is due",
                "drm_sched_job: entity=ab, id=1, fence=cd, ring=r, job count:0|\", hw job count:\" is missing",
                "drm_sched_job_wait_dep: job ring=r, id=1, depends fence=xy, context=1, seq=2|no pointer",
                "drm_sched_job_queue|ends in the name of the event",
                "sync_timeline: name=x|\"value=\" is missing"
            })
    void shouldWarnAboutDamagedEvents(String event, String reason) throws TraceFormatException {
        TraceSummary summary = TestTrace.of(DONE, event).replay().summary();
        assertThat(summary.lines().malformed()).isEqualTo(1);
        assertThat(summary.lines().unexplained()).isZero();
        assertThat(summary.examples(TraceWarning.MALFORMED_LINE))
                .singleElement()
                .asString()
                .startsWith("test.txt:2: ")
                .contains(reason)
                .contains(event);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "init-1 [006] .....|no timestamp",
                "init-1 [006] ..... 12.5678|no timestamp",
                "init-1 [006] ..... 99999999999.000000: a: b|no timestamp",
                "init-1 [006] ..... 12.1234567890: a: b|no timestamp",
                "init-1 [006] ..... 1234567: a: b|not in seconds",
                "init-1 [006] ..... 12.567800:|ends after the timestamp"
            })
    void shouldWarnAboutDamagedFronts(String line, String reason) throws TraceFormatException {
        TraceSummary summary = TestTrace.of(DONE).raw(line).event(DONE).replay().summary();
        assertThat(summary.lines().malformed()).isEqualTo(1);
        assertThat(summary.examples(TraceWarning.MALFORMED_LINE).get(0))
                .startsWith("test.txt:2: ")
                .contains(reason);
    }

    @Test
    void shouldCallHalfALineAtTheEndCut() throws TraceFormatException {
        String text = TestTrace.of(DONE).text() + "            init-1     [0";
        try (TraceReader reader = TestTrace.reader(text)) {
            TraceSummary summary = ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
            assertThat(summary.lines().malformed()).isEqualTo(1);
            assertThat(summary.examples(TraceWarning.MALFORMED_LINE))
                    .containsExactly("test.txt:2: cut off at the end of the file: init-1     [0");
        }
    }

    @Test
    void shouldCountLinesThatAreNotFtraces() throws TraceFormatException {
        TraceSummary summary =
                TestTrace.of(DONE).raw("Segmentation fault").replay().summary();
        assertThat(summary.lines().unexplained()).isEqualTo(1);
        assertThat(summary.examples(TraceWarning.UNEXPLAINED_LINE)).containsExactly("test.txt:2: Segmentation fault");
    }

    @Test
    void shouldKeepOnlyTheFirstExamples() throws TraceFormatException {
        TestTrace trace = TestTrace.of(DONE);
        for (int i = 0; i < 100; i++) {
            trace.raw("odd " + i);
        }
        TraceSummary summary = trace.replay().summary();
        assertThat(summary.warnings(TraceWarning.UNEXPLAINED_LINE)).isEqualTo(100);
        assertThat(summary.examples(TraceWarning.UNEXPLAINED_LINE))
                .hasSize(WarningLog.EXAMPLES)
                .startsWith("test.txt:2: odd 0");
    }

    @Test
    void shouldWarnWhenTheClockGoesBackwards() throws TraceFormatException {
        ReplayedTrace replay = new TestTrace()
                .raw("a-1 [000] ..... 10.000000: drm_sched_job_queue: dev=d, fence=2:1, ring=r, job count:0,"
                        + " hw job count:0, client_id:1")
                .raw("a-1 [000] ..... 9.000000: unknown_event: x")
                .raw("a-1 [000] ..... 9.500000: drm_sched_job_run: dev=d, fence=2:1, ring=r, job count:0,"
                        + " hw job count:0, client_id:1")
                .replay();
        assertThat(replay.summary().warnings(TraceWarning.CLOCK_BACKWARDS)).isEqualTo(1);
        assertThat(replay.order()).as("order of the file").isEqualTo("S1 R1");
        assertThat(replay.summary().firstNs()).isEqualTo(10_000_000_000L);
        assertThat(replay.summary().lastNs()).isEqualTo(9_500_000_000L);
    }

    @Test
    void shouldRefuseMissingFilesAndDirectories() {
        refused(Problem.MISSING, directory.resolve("nope"), "no such file");
        refused(Problem.DIRECTORY, directory, "is a directory");
    }

    @Test
    void shouldRefuseEmptyAndForeignFiles() throws IOException {
        refused(Problem.EMPTY, file("empty", new byte[0]), "is empty");
        byte[] noise = new byte[300_000];
        new Random(42).nextBytes(noise);
        refused(Problem.BINARY, file("noise", noise), "binary");
        refused(
                Problem.BINARY,
                file("latin", "\u00e9\u00e8\n".repeat(9).getBytes(StandardCharsets.ISO_8859_1)),
                "binary");
        refused(Problem.BINARY, file("zeros", new byte[500]), "trace-cmd record");
        refused(Problem.NO_EVENTS, file("utf16", "# tracer: nop\n".getBytes(StandardCharsets.UTF_16)), "trace-cmd");
        refused(
                Problem.NOT_A_TRACE,
                file("prose", "To be,\nor not to be\n".getBytes(StandardCharsets.UTF_8)),
                "no line so far");
        refused(
                Problem.NOT_A_TRACE,
                file("script", "# comment\n# only\n".getBytes(StandardCharsets.UTF_8)),
                "no line so far");
    }

    @Test
    void shouldRefuseLongForeignFilesWithoutReadingAll() throws IOException {
        byte[] prose = "neither a comm nor a pid\n".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> readAll(TraceReader.of(new ByteArrayInputStream(prose), "prose")))
                .isInstanceOfSatisfying(TraceFormatException.class, e -> {
                    assertThat(e.problem()).isEqualTo(Problem.NOT_A_TRACE);
                    assertThat(e.line()).isBetween(1L, 2 * TraceReader.RECOGNISE_WITHIN / 25);
                    assertThat(e.file()).isEqualTo("prose");
                });
    }

    @Test
    void shouldTellWhatToRecordWhenNothingUsefulWas() throws IOException {
        byte[] trace = TestTrace.of("sched_switch: a", "sync_timeline: name=x value=1")
                .text()
                .getBytes(StandardCharsets.UTF_8);
        refused(Problem.NO_EVENTS, file("other", trace), "trace-cmd record -e gpu_scheduler -e dma_fence");
        refused(
                Problem.NO_EVENTS,
                file("header", "# tracer: nop\n".getBytes(StandardCharsets.UTF_8)),
                "no event of a job or of a fence; record with");
    }

    @Test
    void shouldTellWhyNothingCouldBeRead() throws IOException {
        String raw = "a-1 [000] 630659230527929: drm_sched_job_done: fence=4:1 signaled\n";

        refused(
                Problem.NO_EVENTS,
                file("raw", raw.repeat(3).getBytes(StandardCharsets.UTF_8)),
                "; 3 lines are malformed: the timestamp is not in seconds (use a trace_clock of local, global, boot or mono)");
    }

    @Test
    void shouldTellWhatThereIsWhenNothingUsefulIs() throws IOException {
        TestTrace trace = TestTrace.of("sched_switch: a", "sched_switch: a", "x: 1", "y: 1", "z: 1", "u: 1");
        trace.event("v: 1").event("a_name_that_is_longer_than_forty_characters_is_cut: 1");
        byte[] bytes = trace.text().getBytes(StandardCharsets.UTF_8);

        refused(
                Problem.NO_EVENTS,
                file("other", bytes),
                "it has sched_switch (2), a_name_that_is_longer_than_forty_charact… (1), u (1), v (1), x (1)"
                        + " and 2 other kinds; record with");
    }

    @Test
    void shouldReportReadErrorsAndCloseTheInput() {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk on fire");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        assertThatThrownBy(() -> TraceReader.of(failing, "f")).isInstanceOfSatisfying(TraceFormatException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.UNREADABLE);
            assertThat(e.reason()).contains("disk on fire");
            assertThat(e.remedy()).isNotEmpty();
        });
        assertThat(closed).isTrue();
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    private static void refused(Problem problem, Path file, String says) {
        ThrowingCallable read = () -> readAll(TraceReader.open(file));
        assertThatThrownBy(read)
                .isInstanceOfSatisfying(TraceFormatException.class, e -> {
                    assertThat(e.problem()).isEqualTo(problem);
                    assertThat(e.file()).isEqualTo(file.toString());
                    assertThat(e.remedy()).isNotEmpty();
                })
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(says);
    }

    private static void readAll(TraceReader opened) throws TraceFormatException {
        try (TraceReader reader = opened) {
            ReplayedTrace.of(reader, TraceLimits.DEFAULT);
        }
    }
}
