package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures that would need a large heap if memory grew with rings, or with jobs that wait in a queue. */
class SmallHeapIT {
    private static final Path PROGRAM = Path.of("target", "dist", "dmafence.jar");
    private static final long PATIENCE_S = 400;
    private static final int QUEUED = 30_000;

    @TempDir
    private Path directory;

    private long lines;

    @Test
    void shouldReplayManyRingsWithFewJobsEach() throws Exception {
        int rings = 800;
        Path trace = directory.resolve("rings.txt");
        try (BufferedWriter out = Files.newBufferedWriter(trace)) {
            for (int ring = 0; ring < rings; ring++) {
                event(out, "drm_sched_job_queue: dev=d, fence=" + (7 + ring) + ":1" + rest(ring));
                event(out, "drm_sched_job_run: dev=d, fence=" + (7 + ring) + ":1" + rest(ring));
                event(out, "drm_sched_job_done: fence=" + (7 + ring) + ":1 signaled");
            }
        }

        JsonNode jobs = compare(trace, "96m");

        assertThat(jobs.at("/finished").asLong()).isEqualTo(rings);
    }

    @Test
    void shouldReplayJobsThatAreAllQueuedBeforeOneRuns() throws Exception {
        JsonNode jobs = compare(allQueuedFirst(), "128m");

        assertThat(jobs.at("/submitted").asLong()).isEqualTo(QUEUED);
        assertThat(jobs.at("/finished").asLong()).isEqualTo(QUEUED);
    }

    /** Whoever happens to find no memory: the answer is one line and the program's own exit code, and it comes. */
    @ParameterizedTest
    @ValueSource(strings = {"16m", "24m", "40m", "72m", "88m", "104m"})
    void shouldSayInOneLineThatMemoryRanOut(String heap) throws Exception {
        Path trace = allQueuedFirst();
        Path err = directory.resolve("err");

        int code = run(trace, heap, directory.resolve("report.json"), err);

        List<String> lines = Files.readAllLines(err).stream()
                .filter(line -> !line.startsWith("WARNING: "))
                .toList();
        assertThat(code).as("%s", lines).isIn(0, 1, 70);
        assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Uncaught error"));
        if (code == 70) {
            assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("dmafence: internal error: "));
        }
    }

    private Path allQueuedFirst() throws IOException {
        Path trace = directory.resolve("queued.txt");
        try (BufferedWriter out = Files.newBufferedWriter(trace)) {
            for (int job = 1; job <= QUEUED; job++) {
                event(out, "drm_sched_job_queue: dev=d, fence=7:" + job + rest(job % 4));
            }
            for (int job = 1; job <= QUEUED; job++) {
                event(out, "drm_sched_job_run: dev=d, fence=7:" + job + rest(job % 4));
                event(out, "drm_sched_job_done: fence=7:" + job + " signaled");
            }
        }
        return trace;
    }

    private void event(BufferedWriter out, String event) throws IOException {
        lines++;
        out.write(String.format(
                Locale.ROOT, "  app-1  [000] .....  %d.%06d: %s%n", 1 + lines / 1_000_000, lines % 1_000_000, event));
    }

    private static String rest(int ring) {
        return ", ring=r" + ring + ", job count:0, hw job count:0, client_id:1";
    }

    /** Answers the jobs of the one shim's report. */
    private JsonNode compare(Path trace, String heap) throws Exception {
        Path report = directory.resolve("report.json");
        Path err = directory.resolve("err");
        int code = run(trace, heap, report, err);
        // 1 where jobs were given up: that is a finding.
        assertThat(code).as(Files.readString(err)).isLessThan(2);
        assertThat(Files.readAllLines(err)) // newer JVMs warn of what Agrona and JNA use; the launcher has the flags
                .allSatisfy(line -> assertThat(line).startsWith("WARNING: "));
        return JsonMapper.builder().build().readTree(report.toFile()).at("/shims/0/jobs");
    }

    private static int run(Path trace, String heap, Path report, Path err) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-jar",
                        PROGRAM.toString(),
                        "compare",
                        trace.toString(),
                        "--shims",
                        "amdgpu",
                        "--format",
                        "json",
                        "--out",
                        report.toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }
}
