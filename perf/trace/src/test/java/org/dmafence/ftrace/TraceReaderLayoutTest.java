package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How lines look in the traces people bring. */
class TraceReaderLayoutTest {
    private static final String DONE = "drm_sched_job_done: fence=401:1 signaled";

    private static Stamp stamp(String line) throws TraceFormatException {
        return TestTrace.events(line + "\n").get(0).stamp();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '"',
            value = {
                "            init-1       [006] .....  2664.817938: |init|1|6|2664817938000",
                "            init-1       [006] d..1  2664.817938: |init|1|6|2664817938000",
                "            init-1       [006]  2664.817938: |init|1|6|2664817938000",
                "            init-1       [006]  2664.817938123:|init|1|6|2664817938123",
                "            init-1       [006] d.h2.  2664.817938123: |init|1|6|2664817938123",
                "            init-1       (    123) [006] d.h2.  2664.817938: |init|1|6|2664817938000",
                "            init-1       (-----) [006] d.h2.  2664.817938: |init|1|6|2664817938000",
                "           <...>-10445   [006] .....  2664.817938: |<...>|10445|6|2664817938000",
                "          <idle>-0       [128] dNs..  2664.817938: |<idle>|0|128|2664817938000",
                "    kworker/u4:1-12      [000] .n...     5.157090: |kworker/u4:1|12|0|5157090000",
                "   Web Content-7-44      [000] .....     5.157090: |Web Content-7|44|0|5157090000",
                "   a [001] b:-9 -45      [000] .....     5.157090: |a [001] b:-9 |45|0|5157090000",
                "CPU 0/KVM-4711 [001] ..... 5.157090: |CPU 0/KVM|4711|1|5157090000",
                "\tinit-1\t[006]\t.....\t2664.817938:\t|init|1|6|2664817938000"
            })
    void shouldFindTheParts(String front, String task, int pid, int cpu, long timeNs) throws TraceFormatException {
        assertThat(stamp(front + DONE)).isEqualTo(new Stamp(1, timeNs, cpu, pid, task));
    }

    @Test
    void shouldTakeCarriageReturnsAndPaddedEventNames() throws TraceFormatException {
        String text =
                "cpus=8\r\n            init-1       [006]  2664.817938: drm_sched_job_done:    fence=401:1 signaled\r\n";
        assertThat(TestTrace.events(text))
                .containsExactly(new DrmSchedJobDone(new Stamp(2, 2664817938000L, 6, 1, "init"), 401, 1));
    }

    @Test
    void shouldTakeLastLineWithoutNewlineAndByteOrderMark() throws TraceFormatException {
        String text = "\ufeff# tracer: nop\n            init-1       [006] .....  2664.817938: " + DONE;
        assertThat(TestTrace.events(text)).hasSize(1);
        ReplayedTrace replay =
                new TestTrace().raw("\ufeff# tracer: nop").event(DONE).replay();
        assertThat(replay.summary().lines().comments()).isEqualTo(1);
    }

    @Test
    void shouldCountHeadersAndAnnotations() throws TraceFormatException {
        TraceSummary summary = new TestTrace()
                .raw("# tracer: nop")
                .raw("#")
                .raw("version = 7")
                .raw("cpus=4")
                .raw("CPU 3 is empty")
                .raw("##### CPU 2 buffer started ####")
                .raw("")
                .raw("   ")
                .event(DONE)
                .raw("CPU:3 [LOST 12 EVENTS]")
                .raw("CPU:1 [EVENTS DROPPED]")
                .raw("CPU:1 [5 EVENTS DROPPED]")
                .event("sched_switch: prev_comm=a prev_pid=1 ==> next_comm=b")
                .event("sys_ioctl(fd: 3, cmd: c0186444)")
                .event("do_idle <-cpu_startup_entry")
                .event("0xffffffff: printed")
                .event("sched_switch: prev_comm=b")
                .event("sync_timeline: name=x value=1")
                .replay()
                .summary();

        TraceSummary.Lines lines = summary.lines();
        assertThat(lines.comments()).isEqualTo(3);
        assertThat(lines.notes()).isEqualTo(3);
        assertThat(lines.blank()).isEqualTo(2);
        assertThat(lines.lostNotes()).isEqualTo(3);
        assertThat(lines.jobEvents()).isEqualTo(1);
        assertThat(lines.syncTimelineEvents()).isEqualTo(1);
        assertThat(lines.unknownEvents()).isEqualTo(5);
        assertThat(lines.unexplained()).isZero();
        assertThat(summary.unknownEvents())
                .containsEntry("sched_switch", 2L)
                .containsEntry("(no event name)", 2L)
                .containsEntry("0xffffffff", 1L);
        assertThat(summary.warnings(TraceWarning.LOST_EVENTS)).isEqualTo(3);
        assertThat(summary.examples(TraceWarning.LOST_EVENTS)).contains("test.txt:10: CPU:3 [LOST 12 EVENTS]");
    }

    @Test
    void shouldBoundTheNamesOfUnknownEvents() throws TraceFormatException {
        TestTrace trace = TestTrace.of(DONE);
        for (int i = 0; i < 1100; i++) {
            trace.event("other_event_" + i + ": x");
        }
        TraceSummary summary = trace.replay().summary();
        assertThat(summary.unknownEvents()).hasSize(1001).containsEntry("(others)", 100L);
        assertThat(summary.lines().unknownEvents()).isEqualTo(1100);
    }

    @Test
    void shouldReadGzipByContent(@TempDir Path directory) throws IOException, TraceFormatException {
        Path file = directory.resolve("trace.log");
        Files.write(file, gzip(TestTrace.of(DONE, DONE).text()));
        try (TraceReader reader = TraceReader.open(file)) {
            assertThat(reader.next()).isInstanceOf(DrmSchedJobDone.class);
            assertThat(reader.next()).isInstanceOf(DrmSchedJobDone.class);
            assertThat(reader.next()).isNull();
            assertThat(reader.file()).isEqualTo(file.toString());
        }
    }

    @Test
    void shouldKeepWhatPrecedesTheCutOfGzip() throws IOException, TraceFormatException {
        TestTrace trace = new TestTrace();
        for (int i = 0; i < 20_000; i++) {
            trace.event("drm_sched_job_done: fence=" + i * 31 + ":" + i + " signaled");
        }
        byte[] whole = gzip(trace.text());
        InputStream cut = new ByteArrayInputStream(whole, 0, whole.length / 2);
        try (TraceReader reader = TraceReader.of(cut, "cut.gz")) {
            TraceSummary summary = ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
            assertThat(summary.warnings(TraceWarning.INPUT_CUT)).isEqualTo(1);
            assertThat(summary.lines().jobEvents()).isBetween(1000L, 19_999L);
        }
    }

    @Test
    void shouldReadStandardInput() throws TraceFormatException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(TestTrace.of(DONE).text().getBytes(StandardCharsets.UTF_8)));
        try (TraceReader reader = TraceReader.open(Path.of("-"))) {
            assertThat(reader.next()).isInstanceOf(DrmSchedJobDone.class);
            assertThat(reader.file()).isEqualTo("<stdin>");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void shouldReadAcrossBufferBoundsAndSkipOverlongLines() throws TraceFormatException {
        TestTrace trace = TestTrace.of(DONE).raw("x".repeat(3 * TraceReader.LONGEST_LINE + 17));
        for (int i = 0; i < 5000; i++) {
            trace.event(DONE);
        }
        TraceSummary summary = trace.replay().summary();
        assertThat(summary.lines().jobEvents()).isEqualTo(5001);
        assertThat(summary.lines().unexplained()).isEqualTo(1);
        assertThat(summary.lines().total()).isEqualTo(5002);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
