package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.dmafence.ftrace.ShippedTraces;
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
        "header, no event of a job or of a fence",
        "binary, is binary",
        "directory, is a directory",
        "missing, no such file"
    })
    void shouldNameTheFileAndTheRemedyWhenTheTraceIsNone(String kind, String reason) throws Exception {
        Path file = directory.resolve(kind);
        switch (kind) {
            case "empty" -> Files.createFile(file);
            case "text" -> Files.writeString(file, "hello\nworld\n");
            case "header" -> Files.writeString(file, "# tracer: nop\n");
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
                .contains("nothing was compared", "dma_fence_wait_start 1", "drm_sched_job_queue", "not compared")
                .doesNotContain("as in the trace");
    }

    @Test
    void shouldStayWithinBoundsWhenNoJobIsEverCompleted() throws Exception {
        StringBuilder trace = new StringBuilder("# tracer: nop\n");
        for (int i = 1; i <= 500; i++) {
            String fence = "fence=7:" + i + ", ring=gfx, job count:0, hw job count:0, client_id:1\n";
            trace.append("app-1 [000] ..... 1.").append(String.format(Locale.ROOT, "%06d", i * 2));
            trace.append(": drm_sched_job_queue: dev=card0, ").append(fence);
            trace.append("app-1 [000] ..... 1.").append(String.format(Locale.ROOT, "%06d", i * 2 + 1));
            trace.append(": drm_sched_job_run: dev=card0, ").append(fence);
        }
        InputStream terminal = System.in;
        try {
            System.setIn(new ByteArrayInputStream(trace.toString().getBytes(StandardCharsets.UTF_8)));
            JsonNode report = MAPPER.readTree(
                    CommandRun.of("compare", "-", "--shims", "amdgpu-independent,i915,amdgpu", "--format", "json")
                            .out());
            for (JsonNode shim : report.at("/shims")) {
                assertThat(shim.at("/jobs/failed").asLong()).isEqualTo(500);
                assertThat(shim.at("/conserved").asBoolean()).isTrue();
                assertThat(shim.at("/reported").asLong()).isZero();
            }
        } finally {
            System.setIn(terminal);
        }
    }
}
