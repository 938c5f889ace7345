package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.rules.PageRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users give to compare: streams, traces of all sorts, and what is none. */
class CompareInputIT {
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path directory;

    @Test
    void shouldReplayStandardInputForEveryShimAndWriteTheReportWhenAsked() throws Exception {
        InputStream terminal = System.in;
        Path out = directory.resolve("report.json");
        try (InputStream trace = ShippedTraces.open("msm-sched-ring0.txt")) {
            System.setIn(trace);
            CommandRun run =
                    CommandRun.of("compare", "-", "--shims", "i915,vgem", "--format", "json", "--out", out.toString());
            assertThat(run.code()).isZero();
            assertThat(run.out()).isEmpty();
        } finally {
            System.setIn(terminal);
        }
        JsonNode report = MAPPER.readTree(out.toFile());
        assertThat(report.at("/input/traces/0/file").asText()).isEqualTo("<stdin>");
        assertThat(report.at("/shims/1/jobs/submitted").asLong()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "empty, is empty",
        "text, no line so far is one of ftrace's",
        "binary, is binary",
        "directory, is a directory",
        "missing, no such file"
    })
    void shouldNameTheFileAndTheRemedyWhenTheTraceIsNone(String kind, String reason) throws Exception {
        Path file = directory.resolve(kind);
        switch (kind) {
            case "empty" -> Files.createFile(file);
            case "text" -> Files.writeString(file, "hello\nworld\n");
            case "binary" -> Files.write(file, new byte[5_000]);
            case "directory" -> Files.createDirectory(file);
            default -> assertThat(file).doesNotExist();
        }
        CommandRun run = CommandRun.of("compare", file.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("dmafence: " + file).contains(reason).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch, there are amdgpu",
        "i915/nosuch, 'it has request, work, memcpy, vma-resource'",
        "'i915,,vgem', separate names by single commas"
    })
    void shouldListWhatThereIsWhenTheShimIsUnknown(String shims, String remedy) {
        CommandRun run = CommandRun.of("compare", "--shims", shims);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(remedy).hasLineCount(1);
    }

    @Test
    void shouldFindNothingComparedAndSayWhatTheTraceHasWhenThereIsNoJobInIt() throws Exception {
        Path trace = Files.writeString(directory.resolve("waits.txt"), """
                # tracer: nop
                app-1 [000] ..... 1.000001: dma_fence_wait_start: driver=drv timeline=tl context=1 seqno=1
                app-1 [000] ..... 1.000002: dma_fence_wait_end: driver=drv timeline=tl context=1 seqno=1
                app-1 [000] ..... 1.000003: gpu_mem_total: gpu_id=0 pid=1 size=4096
                """);
        CommandRun run = CommandRun.of("compare", trace.toString(), "--shims", "amdgpu-independent");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("nothing was replayed", "dma_fence_wait_start 1", "drm_sched_job_queue")
                .doesNotContain("as in the trace", "conserved", "left:");
    }

    private static String event(String time, String event, int seqno) {
        return "app-1 [000] ..... " + time + ": drm_sched_job_" + event + ": dev=card0, fence=7:" + seqno
                + ", ring=gfx, job count:0, hw job count:0, client_id:1\n";
    }

    @ParameterizedTest
    @CsvSource({
        "none, no job could be read from its 1 line without an event",
        "cut, '1 still waited when the capture ended; 1 was still on the hardware then'"
    })
    void shouldFindNothingReplayedWithItsReason(String kind, String reason) throws Exception {
        String cut = event("1.000001", "queue", 1) + event("1.000002", "run", 1) + event("1.000003", "queue", 2);
        Path trace =
                Files.writeString(directory.resolve("trace.txt"), "# tracer: nop\n" + (kind.equals("cut") ? cut : ""));

        CommandRun compared = CommandRun.of("compare", trace.toString(), "--shims", "vgem");
        assertThat(compared.code()).isEqualTo(1);
        assertThat(compared.out().replaceAll("\\s+", " "))
                .contains("Nothing was replayed", reason)
                .doesNotContain("conserved");
        CommandRun page = CommandRun.of("compare", trace.toString(), "--format", "html");
        assertThat(page.code()).isEqualTo(1);
        assertThat(PageRules.broken(page.out())).isEmpty();
        CommandRun profiled = CommandRun.of("profile", trace.toString(), "--shims", "vgem", "--duration", "1s");
        assertThat(profiled.code()).isEqualTo(1);
        assertThat(profiled.err()).contains(reason).hasLineCount(1);
    }

    @Test
    void shouldSayThatRequestsOfI915GoThroughASchedulerHere() throws Exception {
        Path trace = Files.writeString(directory.resolve("i915.txt"), """
                app-1 [000] ..... 1.000001: i915_request_add: dev=0, engine=0:0, ctx=17, seqno=41
                app-1 [000] ..... 1.000002: i915_request_in: dev=0, engine=0:0, ctx=17, seqno=41, prio=2, port=0
                app-1 [000] ..... 1.000009: i915_request_out: dev=0, engine=0:0, ctx=17, seqno=41, completed?=1
                """);
        CommandRun run = CommandRun.of("compare", trace.toString(), "--shims", "i915");

        assertThat(run.code()).as(run.err() + run.out()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("i915 submits to its engines itself; here a scheduler does");
    }

    @Test
    void shouldReplayACaptureOfSteamOnEveryShimAndTellItsTimes() throws Exception {
        Path capture = Path.of("..", "..", "..", "shared", "traces", "public", "gpuvis-amdgpu.zip");
        assumeTrue(Files.exists(capture), "captures that others published lie beside the project, or not");
        CommandRun run = CommandRun.of("compare", capture.toString(), "--shims", "all", "--format", "json");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode report = MAPPER.readTree(run.out());
        JsonNode trace = report.at("/input/traces/0");
        assertThat(trace.at("/format").asText()).isEqualTo("trace.dat");
        assertThat(trace.at("/fates/complete").asLong()).isEqualTo(641);
        assertThat(trace.at("/fates/cutOff").asLong()
                        + trace.at("/fates/queued").asLong()
                        + trace.at("/fates/running").asLong())
                .isEqualTo(142);
        assertThat(trace.at("/fates/hung").asLong()).isZero();
        assertThat(trace.at("/capturedNs/runToEnd/p50").asLong() / 10_000).isEqualTo(357);
        assertThat(report.at("/shims").size()).isGreaterThan(10);
        for (JsonNode shim : report.at("/shims")) {
            assertThat(shim.at("/jobs/submitted").asLong()).isEqualTo(641);
            assertThat(shim.at("/jobs/finished").asLong()).isEqualTo(641);
            assertThat(shim.at("/conserved").asBoolean()).isTrue();
            assertThat(shim.at("/traces/0/replayedNs/runToEnd/count").asLong()).isPositive();
        }
    }

    @Test
    void shouldFailWhatHangsInTheTraceOnEveryDriver() throws Exception {
        String trace = event("1.000001", "queue", 1)
                + event("1.000002", "run", 1)
                + "app-1 [000] ..... 1.000003: drm_sched_job_done: fence=7:1 signaled\n"
                + event("1.000004", "queue", 2)
                + event("1.000005", "run", 2)
                + "app-1 [000] ..... 99.000001: other: x\n";
        InputStream terminal = System.in;
        try {
            System.setIn(new ByteArrayInputStream(trace.getBytes(StandardCharsets.UTF_8)));
            JsonNode report = MAPPER.readTree(
                    CommandRun.of("compare", "-", "--shims", "amdgpu-independent,i915,amdgpu", "--format", "json")
                            .out());
            for (JsonNode shim : report.at("/shims")) {
                assertThat(shim.at("/jobs/finished").asLong()).isEqualTo(1);
                assertThat(shim.at("/jobs/failed").asLong()).isEqualTo(1);
                assertThat(shim.at("/jobs/spoiled").asLong()).isZero();
                assertThat(shim.at("/conserved").asBoolean()).isTrue();
                assertThat(shim.at("/reported").asLong()).isZero();
            }
        } finally {
            System.setIn(terminal);
        }
    }
}
