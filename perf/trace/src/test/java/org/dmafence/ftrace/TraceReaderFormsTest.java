package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.util.List;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.DrmSchedJobDone;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which people hand the kernel's text around, beside the common one. */
class TraceReaderFormsTest {
    private static final String DONE = "drm_sched_job_done: fence=401:1 signaled";
    private static final String EVENT = "    gfx-190   [000] d..1.     7.000001: " + DONE;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '"',
            value = {
                // CPU and flags in one token: the kernel's latency format, trace-cmd report -l, a dump into the log
                "  <idle>-0       1.Ns1 52042407us : |<idle>|0|1|52042407000",
                "  <idle>-0       1dNs1. 52042407us+: |<idle>|0|1|52042407000",
                "rs:main -428     0..s. 52042429us!: |rs:main |428|0|52042429000",
                "  steam-25475   3d.... 630659.115986: |steam|25475|3|630659115986000",
                "kworker/-12     15.... 12.5us : |kworker/|12|15|12500",
                // the kernel's log, and what the system's log puts before that
                "<0>[   56.132334]   <idle>-0       1.Ns1 52042407us : |<idle>|0|1|52042407000",
                "[   56.132334][  T112] gfx-190 [002] d..1. 12.500000: |gfx|190|2|12500000000",
                "Nov 30 16:01:02 host kernel: [   56.132334] gfx-190     1.Ns1 7us : |gfx|190|1|7000",
                // mail
                "> > <0>[   56.132334]   <idle>-0       1.Ns1 7us : |<idle>|0|1|7000",
                ">> gfx-190 [002] d..1. 12.500000: |gfx|190|2|12500000000",
                // web pages
                "<pre>   gfx-190 [002] d..1. 12.500000: |gfx|190|2|12500000000",
                "&lt;idle&gt;-0 [002] d..1. 12.500000: |<idle>|0|2|12500000000",
                "<span class=\"x\">&lt;...&gt;-7 [002] 12.500000: |<...>|7|2|12500000000",
                // odd comms
                "<unknown>-7 [002] 12.500000: |<unknown>|7|2|12500000000",
                "amdgpu_cs:0-1150  [002] 630660.929384: |amdgpu_cs:0|1150|2|630660929384000",
                "Web Content -44  (  40) [000] .....     5.157: |Web Content |44|0|5157000000"
            })
    void shouldFindTheParts(String front, String task, int pid, int cpu, long timeNs) throws TraceFormatException {
        TraceEvent event = TestTrace.events(front + DONE + "\n").get(0);

        assertThat(event).isEqualTo(new DrmSchedJobDone(new Stamp(1, timeNs, cpu, pid, task), 401, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "            Xorg  1234 [002]  5321.123456: gpu_scheduler:|Xorg|1234|2",
                "     Web Content  1234/1240 [002]  5321.123456:          1 gpu_scheduler:|Web Content|1240|2",
                "            Xorg  1234  5321.123456: gpu_scheduler:|Xorg|1234|-1"
            })
    void shouldReadPerfScript(String front, String task, int pid, int cpu) throws TraceFormatException {
        assertThat(TestTrace.events(front + DONE + "\n"))
                .containsExactly(new DrmSchedJobDone(new Stamp(1, 5_321_123_456_000L, cpu, pid, task), 401, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<br>", "<br/>", "</pre>", "</span></div>", "\\n\\", "   ", "\t<br />"})
    void shouldDropWhatPagesPutBehindALine(String end) throws TraceFormatException {
        assertThat(TestTrace.events(EVENT + end + "\n"))
                .singleElement()
                .isInstanceOfSatisfying(
                        DrmSchedJobDone.class, e -> assertThat(e.seqno()).isEqualTo(1));
    }

    @Test
    void shouldReadEntitiesInArgumentsOnceACommShowsThem() throws TraceFormatException {
        String text = """
                &lt;idle&gt;-0 [002] 1.500000: dma_fence_init: driver=a&amp;b timeline=&quot;c&quot; context=1 seqno=2
                gfx-1 [002] 1.600000: dma_fence_init: driver=a&lt;b timeline=c context=1 seqno=3
                """;

        assertThat(TestTrace.events(text))
                .extracting(e -> ((DmaFence) e).driver() + " " + ((DmaFence) e).timeline())
                .containsExactly("a&b \"c\"", "a<b c");
    }

    @Test
    void shouldReadAPageWithScriptsInFront() throws TraceFormatException {
        String script = "function f() { return 1 < 2; }\n".repeat(20_000);
        String page = "<!DOCTYPE html>\n<html><head><script>\n" + script
                + "</script>\n<script class=\"trace-data\" type=\"application/text\">\n# tracer: nop\n" + EVENT
                + "\n</script></html>\n";

        try (TraceReader reader = TestTrace.reader(page)) {
            TraceSummary summary = ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
            assertThat(summary.lines().jobEvents()).isEqualTo(1);
            assertThat(summary.lines().unexplained()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
    void shouldReadWideCharacters(String charset) throws TraceFormatException {
        String text =
                "# tracer: nop\r\n" + EVENT.replace("gfx", "g\ud83d\ude00x") + "\r\n" + (EVENT + "\n").repeat(1000);
        byte[] bytes = text.getBytes(Charset.forName(charset));

        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(bytes), "wide")) {
            assertThat(reader.next())
                    .isInstanceOfSatisfying(
                            TraceEvent.class, e -> assertThat(e.stamp().task()).isEqualTo("g\ud83d\ude00x"));
            assertThat(ReplayedTrace.of(reader, TraceLimits.DEFAULT)
                            .summary()
                            .lines()
                            .jobEvents())
                    .isEqualTo(1001);
        }
    }

    @Test
    void shouldJoinALineThatMailBroke() throws TraceFormatException {
        String text = """
                > gfx-190 [002] d..1. 12.500000: drm_sched_job_queue: dev=0000:04:00.0, fence=7:1,
                > ring=gfx, job count:0, hw job
                > count:1, client_id:3
                > gfx-190 [002] d..1. 12.600000:
                > drm_sched_job_done: fence=7:1 signaled
                """;

        try (TraceReader reader = TestTrace.reader(text)) {
            TraceSummary summary = ReplayedTrace.of(reader, TraceLimits.DEFAULT).summary();
            assertThat(summary.jobs().submitted()).isEqualTo(1);
            assertThat(summary.lines()).isEqualTo(new TraceSummary.Lines(5, 0, 0, 3, 0, 2, 0, 0, 0, 0, 0));
            assertThat(summary.rings()).containsExactly(new RingId("0000:04:00.0", "gfx"));
        }
    }

    @Test
    void shouldTakeAnEventForWholeWhenWhatFollowsIsNotItsRest() throws TraceFormatException {
        TraceSummary summary = TestTrace.of("dma_fence_signaled: driver=d timeline=t context=1 seqno=2")
                .raw("cpus=4")
                .event("amdgpu_cs_ioctl: sched_job=1, timeline=gfx, context=5, seqno=6, ring_name=x, num_ibs=1")
                .raw("some = 000, other = 0x4")
                .event(DONE)
                .replay()
                .summary();

        assertThat(summary.lines().fenceEvents()).isEqualTo(1);
        assertThat(summary.lines().jobEvents()).isEqualTo(2);
        assertThat(summary.lines().malformed()).isZero();
        assertThat(summary.lines().total()).isEqualTo(5);
    }

    @Test
    void shouldNotJoinWhatMakesNoWhole() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(DONE, "drm_sched_job_done: fence=401:")
                .raw("oops")
                .raw("again")
                .event(DONE)
                .replay()
                .summary();

        assertThat(summary.lines().malformed()).isEqualTo(1);
        assertThat(summary.lines().unexplained()).isEqualTo(2);
        assertThat(summary.lines().total()).isEqualTo(5);
        assertThat(summary.examples(TraceWarning.MALFORMED_LINE)).allMatch(text -> text.startsWith("test.txt:2: "));
        assertThat(summary.examples(TraceWarning.UNEXPLAINED_LINE))
                .extracting(text -> text.substring(0, 11))
                .containsExactly("test.txt:3:", "test.txt:4:");
    }

    @Test
    void shouldTakeNewlinesInAnUnknownEventAsItsOwn() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(DONE, "event: abc xyz =0x34 clk id = 019")
                .raw("some = 000, other = 0x4")
                .raw("xyz = 0x0 abc = 0x0")
                .event(DONE)
                .raw("but this is odd")
                .replay()
                .summary();

        assertThat(summary.lines().notes()).isEqualTo(2);
        assertThat(summary.lines().unexplained()).isEqualTo(1);
    }

    @Test
    void shouldTakeFunctionGraphsBetweenAsRemarks() throws TraceFormatException {
        TraceSummary summary = TestTrace.of(DONE)
                .raw(" 0)               |  drm_sched_main() {")
                .raw(" 0)   1.234 us    |    _raw_spin_lock();")
                .raw(" 0)               |  /* drm_sched_job_done: fence=401:1 signaled */")
                .raw(" ------------------------------------------")
                .raw(" 1)    kworker-12   =>     Xorg-812  ")
                .replay()
                .summary();

        assertThat(summary.lines().notes()).isEqualTo(5);
        assertThat(summary.lines().jobEvents()).isEqualTo(1);
        assertThat(summary.lines().unexplained()).isZero();
    }

    @Test
    void shouldReadEventsInAFunctionGraphThatHasTimes() throws TraceFormatException {
        String line = "  5.157000 |   1)  gfx-190   |               |  /* " + DONE + " */\n";

        assertThat(TestTrace.events(line))
                .containsExactly(new DrmSchedJobDone(new Stamp(1, 5_157_000_000L, 1, 190, "gfx"), 401, 1));
    }

    @Test
    void shouldWarnOfEventsOverwrittenBeforeTheFirst() throws TraceFormatException {
        TraceSummary summary = new TestTrace()
                .raw("# entries-in-buffer/entries-written: 1041/238740   #P:8")
                .event(DONE)
                .replay()
                .summary();
        TraceSummary whole = new TestTrace()
                .raw("# entries-in-buffer/entries-written: 1041/1041   #P:8")
                .event(DONE)
                .replay()
                .summary();

        assertThat(summary.lines().comments()).isEqualTo(1);
        assertThat(summary.lines().total()).isEqualTo(2);
        assertThat(summary.examples(TraceWarning.LOST_EVENTS))
                .containsExactly("test.txt:1: overwritten before the first line: "
                        + "# entries-in-buffer/entries-written: 1041/238740   #P:8");
        assertThat(whole.warnings(TraceWarning.LOST_EVENTS)).isZero();
    }

    @Test
    void shouldReadRawFields() throws TraceFormatException {
        List<TraceEvent> events = TestTrace.of(
                        "drm_sched_job:       entity=0xffff8086fae50001 fence=0xffff80b033bc4001 name=ring 0 id=81 job_count=2 hw_job_count=1",
                        "drm_sched_job_queue: name=gfx job_count=1 hw_job_count=2 dev=0000:04:00.0 fence_context=5 fence_seqno=6 client_id=7",
                        "dma_fence_signaled:  driver=amd_sched timeline=CRTC:51-pipe A context=104 seqno=3080942")
                .events();

        assertThat(events)
                .extracting(event -> event.toString().replaceFirst("stamp=Stamp\\[[^]]*], ", ""))
                .containsExactly(
                        "DrmSchedJob[entity=" + 0xffff8086fae50001L + ", id=81, fence=" + 0xffff80b033bc4001L
                                + ", ring=ring 0, jobCount=2, hwJobCount=1]",
                        "DrmSchedJobQueue[dev=0000:04:00.0, context=5, seqno=6, ring=gfx, jobCount=1, hwJobCount=2, clientId=7, priority=0]",
                        "DmaFence[action=SIGNALED, driver=amd_sched, timeline=CRTC:51-pipe A, context=104, seqno=3080942]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "driver= timeline= context=1 seqno=2;;",
                "driver=a/b timeline=c context=1 seqno=2;a/b;c",
                "driver=a timeline=b/c [d (e: f context=1 seqno=2;a;b/c [d (e: f"
            })
    void shouldKeepOddNamesOfFences(String args, String driver, String timeline) throws TraceFormatException {
        DmaFence fence =
                (DmaFence) TestTrace.of("fence_signaled: " + args).events().get(0);

        assertThat(fence.driver()).isEqualTo(driver == null ? "" : driver);
        assertThat(fence.timeline()).isEqualTo(timeline == null ? "" : timeline);
        assertThat(fence.action()).isEqualTo(TraceEvent.FenceAction.SIGNALED);
    }
}
