package org.dmafence.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.dmafence.profile.HistogramFiles;
import org.dmafence.rules.PageRules;
import org.dmafence.rules.PerfettoTracks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles drivers from their jars. */
class ProfileIT {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void shouldMeasureEveryEdgeOfTwoShimsAndWriteAllFilesWhenAskedTo() throws Exception {
        Path out = directory.resolve("run");
        CommandRun run = CommandRun.of(
                "profile",
                "--rate",
                "2000/s",
                "--duration",
                "2s",
                "--warmup",
                "500ms",
                "--shims",
                "i915,amdgpu",
                "--save",
                out.toString());

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("i915: ", "amdgpu: ", "queue to run", "RCU grace period", "report.html");
        JsonSchemas.check(Files.readString(out.resolve("profile.json")));
        JsonNode report = MAPPER.readTree(out.resolve("profile.json").toFile());
        Map<String, Histogram> log = HistogramFiles.read(out.resolve("profile.hlog"));
        for (JsonNode shim : report.at("/shims")) {
            String name = shim.at("/shim").asText();
            assertThat(shim.at("/jobs/due").asLong()).isEqualTo(4_000);
            assertThat(shim.at("/jobs/failed").asLong()
                            + shim.at("/jobs/dropped").asLong())
                    .isZero();
            assertThat(shim.at("/reported").asLong()).isZero();
            long measured = shim.at("/jobs/measured").asLong();
            assertThat(measured + shim.at("/jobs/unsent").asLong()).isEqualTo(4_000);
            assertThat(count(log, name + ":whole")).isEqualTo(measured);
            assertThat(count(log, name + ":client-1:whole") + count(log, name + ":client-2:whole"))
                    .isEqualTo(measured);
            assertThat(log).containsKeys(name + ":run-signal", name + ":grace-period", name + ":sleeper:whole");
            assertThat(shim.at("/unload/certificate/collected").asBoolean()).isTrue();
            assertThat(out.resolve("hgrm").resolve(name + ".whole.hgrm")).isNotEmptyFile();
        }
        String page = Files.readString(out.resolve("report.html"));
        assertThat(PageRules.broken(page)).isEmpty();
        assertThat(page).contains("dmafence profile --rate 2000/s --duration 2s");
        assertThat(out.toFile().list()).allSatisfy(file -> assertThat(file).doesNotStartWith("."));
    }

    private static long count(Map<String, Histogram> log, String tag) {
        return requireNonNull(log.get(tag), tag).getTotalCount();
    }

    @Test
    void shouldCompareAndWaitForWorkWhenClosedWithABaseline() throws Exception {
        Path first = directory.resolve("first");
        String[] common = {"profile", "--closed", "--duration", "1s", "--warmup", "0s", "--shims", "vgem", "--save"};
        assertThat(CommandRun.of(with(common, first.toString())).code()).isZero();

        CommandRun second = CommandRun.of(with(
                common,
                directory.resolve("second").toString(),
                "--baseline",
                first.toString(),
                "--tolerance",
                "1000",
                "--policy",
                "fair"));
        assertThat(second.code()).isZero();
        assertThat(second.out()).contains("in a closed loop").containsPattern("whole +[0-9,]+.*x[0-9.]+");
        assertThat(Files.readString(directory.resolve("second").resolve("report.html")))
                .contains("Beside " + first);
    }

    private static String[] with(String[] common, String... more) {
        String[] all = java.util.Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return all;
    }

    @Test
    void shouldSendWhatATraceSentWhenOneIsNamed() throws Exception {
        CommandRun run = CommandRun.of(
                "profile",
                "linux-7.2-sched-rich.txt",
                "--rate",
                "500/s",
                "--duration",
                "1s",
                "--warmup",
                "0s",
                "--shims",
                "amdgpu-independent",
                "--format",
                "json");

        assertThat(run.code()).isZero();
        JsonNode report = MAPPER.readTree(run.out());
        assertThat(report.at("/input/intendedPerSecond").asDouble()).isEqualTo(500);
        assertThat(report.at("/input/clients").size()).isGreaterThan(1);
        assertThat(report.at("/shims/0/jobs/due").asLong()).isBetween(450L, 550L);
    }

    @Test
    void shouldWriteWhatWasMeasuredAndEndWith130WhenInterrupted() throws Exception {
        Path out = directory.resolve("cut");
        CompletableFuture<CommandRun> run = new CompletableFuture<>();
        Thread user = new Thread(() -> run.complete(CommandRun.of(
                "profile",
                "--rate",
                "2000/s",
                "--duration",
                "10m",
                "--warmup",
                "0s",
                "--shims",
                "vgem,i915",
                "--save",
                out.toString())));
        user.start();
        await().atMost(PATIENCE)
                .until(() ->
                        unfinished(out).stream().anyMatch(log -> log.toFile().length() > 0));
        user.interrupt();
        CommandRun result = run.get(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);

        assertThat(result.code()).isEqualTo(130);
        assertThat(result.out()).contains("Interrupted", "vgem: ").doesNotContain("i915: ");
        assertThat(unfinished(out)).isEmpty();
        JsonNode report = MAPPER.readTree(out.resolve("profile.json").toFile());
        assertThat(report.at("/interrupted").asBoolean()).isTrue();
        assertThat(report.at("/shims")).hasSize(1);
        assertThat(report.at("/shims/0/jobs/measured").asLong()).isPositive();
        assertThat(out.resolve("report.html")).isNotEmptyFile();
    }

    private static List<Path> unfinished(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".tmp"))
                    .toList();
        }
    }

    @Test
    void shouldWriteTheRunsAsTracks() throws Exception {
        Path file = directory.resolve("runs.pftrace");
        CommandRun run = CommandRun.of(
                ("profile --rate 1000/s --duration 500ms --warmup 100ms --shims i915,vgem --perfetto " + file)
                        .split(" "));

        assertThat(run.code()).as(run.err()).isZero();
        PerfettoTracks tracks = PerfettoTracks.of(Files.readAllBytes(file));
        assertThat(tracks.broken()).isEmpty();
        assertThat(tracks.tracks().values())
                .anyMatch(track -> track.startsWith("i915: card0 / "))
                .anyMatch(track -> track.startsWith("vgem: card0 / "));
        assertThat(tracks.slices()).hasSizeGreaterThan(100);
    }
}
