package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every family of events in every form of a line, in everything that is put around lines: always the same events. */
class EveryFormTest {
    private static final int WIDTH = 72;

    private static final List<String> EVENTS = List.of(
            "drm_sched_job: entity=ffffff8086fae500, id=13481, fence=ffffff80b033bc40, ring=ring 0, job count:0, hw job count:0",
            "drm_run_job: entity=ffffff8086fae500, id=13481, fence=ffffff80b033bc40, ring=ring 0, job count:0, hw job count:1",
            "drm_sched_process_job: fence=ffffff80b033bc40 signaled",
            "drm_sched_job_wait_dep: job ring=ring0, id=13481, depends fence=ffffff80b033bc00, context=3, seq=7",
            "drm_sched_job_queue: dev=0000:04:00.0, fence=401:1, ring=gfx_0.0.0, job count:0, hw job count:0, client_id:13",
            "drm_sched_job_add_dep: fence=401:1 depends on fence=17:4",
            "drm_sched_job_unschedulable: fence=401:2 depends on unsignalled fence=7:3",
            "drm_sched_job_done: fence=401:1 signaled",
            "dma_fence_signaled: driver=a/b timeline=CRTC:51-pipe A context=104 seqno=3080942",
            "dma_fence_wait_start: driver=amdgpu timeline=gfx (0 [x context=4294967295 seqno=1",
            "fence_annotate_wait_on: driver=d timeline=b c context=6 seqno=1 waits on driver=e timeline=f context=4 seqno=9",
            "amdgpu_cs_ioctl: sched_job=3489726, timeline=gfx, context=4929, seqno=3200, ring_name=ffff91cb1ab1bdd0, num_ibs=1",
            "amdgpu_sched_run_job: timeline=gfx_0.0.0, fence=70000000001:8, ring_name=gfx_0.0.0, num_ibs=1",
            "i915_request_out: dev=0, engine=0:0, ctx=17, seqno=41, completed?=0",
            "i915_gem_request_complete: dev=0, ring=1, seqno=1178364",
            "__i915_request_submit: 0000:00:02.0 rcs0: fence 2a:2, current 1",
            "xe_sched_job_exec: dev=0000:03:00.0, fence=00000000aabb, seqno=7, lrc_seqno=7, gt=0, guc_id=3, flags=0x0",
            "xe_hw_fence_signal: dev=0000:03:00.0, ctx=0x0000000000000101, fence=00000000aabb, seqno=7",
            "msm_gpu_submit_retired: id=81 pid=12 ring=0:55 elapsed=96076787681504331 ns mhz=180 start=1 end=2",
            "v3d_submit_cl: dev=0, RCL, seqno=3, 0x00060000..0x0006000e",
            "virtio_gpu_cmd_queue: vdev=0 vq=0 name=control type=0x207 flags=0x1 fence_id=5 ctx_id=1 num_free=63 seqno=77");

    /** What stands in front of an event, at 12.5 s, of gfx with pid 190 on CPU 2. */
    enum Form {
        TRACE("            gfx-190     [002] d..1. 12.500000: %s"),
        FOUR_COLUMNS("            gfx-190     [002] d..1 12.500000: %s"),
        NO_COLUMNS("             gfx-190   [002] 12.500000: %s"),
        NANOSECONDS("             gfx-190   [002] d..1. 12.500000000: %s"),
        TGID("            gfx-190     (    812) [002] d..1. 12.500000: %s"),
        NO_TGID("            gfx-190     (-----) [002] d..1. 12.500000: %s"),
        LATENCY("     gfx-190       2d..1. 12500000us : %s"),
        LATENCY_MARKED("     gfx-190       2d..1. 12500000us+: %s"),
        REPORT_OF_A_BUFFER("a second buffer:              gfx-190   [002] 12.500000: %s"),
        REPORT_OF_A_FILE("a b/trace.dat:          gfx-190   [002] 12.500000: %s"),
        REPORT_L("     gfx-190       2d..1 12.500000: %s"),
        REPORT_TS_DIFF("             gfx-190   [002] 12.500000: (+8)     %s"),
        PERF("gfx   190 [002]    12.500000: system:%s"),
        PERF_TGID("  gfx   812/190 [002]    12.500000:          1 system:%s"),
        PERF_FORGOT("  gfx 190 [002]    12.500000: system:%s"),
        GRAPH("  12.500000 |   2)    gfx-190   |               |  /* %s */");

        private final String form;

        Form(String form) {
            this.form = form;
        }

        String of(String event) {
            return form.replace("%s", event);
        }
    }

    /** What is put around a line. */
    private record Wrapped(String name, UnaryOperator<String> around) {}

    private static final List<Wrapped> WRAPPED = List.of(
            new Wrapped("not", line -> line),
            new Wrapped("quoted", line -> "> " + line),
            new Wrapped("quoted twice", line -> ">> > " + line),
            new Wrapped("tabs", line -> line.replaceAll(" {2,}", "\t")),
            new Wrapped("log", line -> "<4>[   56.132334] " + line),
            new Wrapped("log of a task", line -> "[   56.132334][  T112] " + line),
            new Wrapped("log with a date", line -> "[Mon Nov 30 16:01:02 2026] " + line),
            new Wrapped("log with an iso date", line -> "2026-11-30T16:01:02,123456+00:00 " + line),
            new Wrapped("syslog", line -> "Nov 30 16:01:02 host kernel: [   56.132334] " + line),
            new Wrapped("journal", line -> "Nov 30 16:01:02 h kernel: " + line),
            new Wrapped("journal with an iso date", line -> "2026-11-30T16:01:02+0000 host kernel: " + line),
            new Wrapped("coloured log", line -> "\u001b[32m[   56.132334] \u001b[0m" + line + "\u001b[0m"),
            new Wrapped("coloured word", line -> line.replace("gfx-", "\u001b[01;31m\u001b[Kgfx\u001b[m\u001b[K-")),
            new Wrapped("numbered", line -> "17:" + line),
            new Wrapped("crlf", line -> line + "\r"),
            new Wrapped("page", line -> "<pre>" + line + "<br>"),
            new Wrapped("hard blanks", line -> line.replace(" ", "\u00a0")),
            new Wrapped("script", line -> line + "\\n\\"),
            new Wrapped("quoted printable", EveryFormTest::quotedPrintable),
            new Wrapped("broken", line -> broken("", line)),
            new Wrapped("quoted and broken", line -> broken("> ", line)));

    private static String quotedPrintable(String line) {
        String coded = line.replace("=", "=3D");
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (int i = 0; i < coded.length(); ) {
            int length = coded.charAt(i) == '=' ? 3 : 1;
            if (column + length > WIDTH) {
                lines.append("=\r\n");
                column = 0;
            }
            lines.append(coded, i, i + length);
            column += length;
            i += length;
        }
        return lines.toString();
    }

    private static String broken(String mark, String line) {
        StringBuilder lines = new StringBuilder();
        String rest = line;
        while (rest.length() > WIDTH) {
            int blank = rest.lastIndexOf(' ', WIDTH);
            if (rest.substring(0, blank).isBlank()) {
                break;
            }
            lines.append(mark).append(rest, 0, blank).append('\n');
            rest = rest.substring(blank + 1);
        }
        return lines.append(mark).append(rest).toString();
    }

    private static List<String> plain() throws TraceFormatException {
        return read(String.join("\n", EVENTS.stream().map(Form.TRACE::of).toList()), StandardCharsets.UTF_8);
    }

    private static List<String> read(String text, Charset charset) throws TraceFormatException {
        List<String> events = new ArrayList<>();
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(text.getBytes(charset)), "t")) {
            TraceEvent event;
            while ((event = reader.next()) != null) {
                TraceEvent.Stamp stamp = event.stamp();
                events.add(stamp.timeNs() + " " + stamp.pid() + " " + stamp.task() + " "
                        + event.toString().replace(stamp.toString(), ""));
            }
            TraceSummary summary = new JobStream(reader).summary();
            events.addAll(summary.examples(TraceWarning.MALFORMED_LINE));
            events.addAll(summary.examples(TraceWarning.UNEXPLAINED_LINE));
        }
        return events;
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void shouldReadTheSameEventsWhateverIsAround(Form form) throws TraceFormatException {
        List<String> wrong = new ArrayList<>();
        for (Wrapped wrapped : WRAPPED) {
            StringBuilder text = new StringBuilder();
            EVENTS.forEach(
                    event -> text.append(wrapped.around.apply(form.of(event))).append('\n'));
            compare(wrapped.name, text.toString(), StandardCharsets.UTF_8, wrong);
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void shouldReadTheSameEventsInEveryEncoding(Form form) throws TraceFormatException {
        String text = String.join("\r\n", EVENTS.stream().map(form::of).toList());
        List<String> wrong = new ArrayList<>();

        for (String charset : new String[] {"UTF-8", "UTF-16LE", "UTF-16BE"}) {
            compare(charset, "\ufeff" + text, Charset.forName(charset), wrong);
        }
        String entities = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        compare("page", "<html>\n<pre>\n" + entities + "\n</pre>\n", StandardCharsets.UTF_8, wrong);
        assertThat(wrong).isEmpty();
    }

    private static void compare(String what, String text, Charset charset, List<String> wrong)
            throws TraceFormatException {
        List<String> expected = plain();
        try {
            List<String> found = read(text, charset);
            for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
                String one = i < found.size() ? found.get(i) : "nothing";
                String wanted = i < expected.size() ? expected.get(i) : "nothing";
                if (!one.equals(wanted)) {
                    wrong.add(what + ": " + one + " instead of " + wanted);
                    break;
                }
            }
        } catch (TraceFormatException e) {
            wrong.add(what + ": " + e.getMessage());
        }
    }
}
