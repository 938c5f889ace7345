package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.rules.PerfettoTracks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareIT {
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    private Path directory;

    @Test
    void shouldShowWhoLeftAndWhoIsPinnedWhenStartedWithoutArguments() {
        CommandRun run = CommandRun.of("compare");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(run.out())
                .containsPattern("i915 is pinned \\(-EBUSY\\): 30 fences keep its ops")
                .containsPattern("amdgpu is pinned \\(-EBUSY\\): 30 fences keep a lock in its memory")
                .containsPattern("amdgpu-independent left: its class loader was collected in .* while 30 of its fences")
                .containsPattern("linux-7.2-sched-rich.txt +6.17 or later +184")
                .containsPattern("linux-6.12-sched-rich.txt +before 6.17 +181")
                .containsPattern("independent +no +no +yes")
                .containsPattern("conserved +yes +yes +yes")
                .containsPattern("queue to run +captured +")
                .contains("as in the trace (30)", "ModuleGoneException", "detached-driver")
                .doesNotContain("\u001b");
    }

    @Test
    void shouldReplayEveryShippedTraceWithoutLossWhenRunOnTheRealDrivers() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("compare", "--format", "json"));
        arguments.addAll(ShippedTraces.names());
        JsonNode report = json(CommandRun.of(arguments.toArray(String[]::new)));

        assertThat(report.at("/input/traces")).hasSize(7);
        assertThat(report.at("/input/speed").asText()).isEqualTo("max");
        assertThat(names(report.at("/shims"))).containsExactly("i915", "amdgpu", "amdgpu-independent");
        for (JsonNode shim : report.at("/shims")) {
            assertThat(shim.at("/conserved").asBoolean()).isTrue();
            assertThat(shim.at("/runOrder/fifoBreaks").asLong()).isZero();
            assertThat(shim.at("/reported").asLong()).isZero();
            assertThat(shim.at("/fences/left").asLong()).isZero();
            assertThat(shim.at("/jobs/submitted").asLong())
                    .isEqualTo(shim.at("/jobs/finished").asLong()
                            + shim.at("/jobs/failed").asLong())
                    .isEqualTo(sum(report.at("/input/traces"), "replayed"));
            assertThat(shim.at("/jobs/finished").asLong()).isEqualTo(sum(report.at("/input/traces"), "complete"));
            for (JsonNode trace : shim.at("/traces")) {
                boolean mixed = trace.at("/file").asText().contains("mixed");
                assertThat(mixed || trace.at("/runOrder/matches").asBoolean())
                        .as(trace.at("/file").asText())
                        .isTrue();
            }
        }
    }

    @Test
    void shouldKeepTheShapeOfTheJsonWhenOneShimIsReplayed() throws Exception {
        JsonNode report = json(CommandRun.of("compare", "--format", "json", "--shims", "i915"));

        assertThat(fields(report)).containsExactly("schema", "schemaVersion", "tool", "input", "interrupted", "shims");
        assertThat(fields(report.at("/input/traces/0")))
                .startsWith("file", "format", "dialects", "lines", "events", "warnings", "rings", "entities", "clients")
                .contains("jobs", "fates", "capturedNs");
        JsonNode shim = report.at("/shims/0");
        assertThat(fields(shim))
                .containsExactly(
                        "shim",
                        "driver",
                        "issuer",
                        "policy",
                        "ops",
                        "lock",
                        "detaches",
                        "independent",
                        "reason",
                        "names",
                        "jobs",
                        "fences",
                        "conserved",
                        "runOrder",
                        "latencyNs",
                        "unload",
                        "reported",
                        "traces");
        assertThat(fields(shim.at("/names"))).containsExactly("unsignaled", "signaled", "afterUnload");
        assertThat(shim.at("/names/unsignaled/driver").asText()).isEqualTo("oracle");
        assertThat(shim.at("/names/signaled/driver").asText()).isEqualTo("detached-driver");
        assertThat(shim.at("/names/afterUnload/timeline").asText()).isEqualTo("signaled-timeline");
        assertThat(fields(shim.at("/jobs")))
                .containsExactly("submitted", "run", "finished", "failed", "spoiled", "givenUp");
        assertThat(fields(shim.at("/latencyNs")))
                .containsExactly("submitToRun", "runToSignal", "doneToSignal", "signalToCallback", "signalToWake");
        assertThat(fields(shim.at("/latencyNs/submitToRun")))
                .containsExactly("count", "p50", "p90", "p99", "p999", "max");
        assertThat(fields(shim.at("/unload"))).containsExactly("certificate", "forced", "lateCalls", "livingFences");
        assertThat(shim.at("/unload/certificate/refused").asBoolean()).isTrue();
        assertThat(shim.at("/unload/certificate/pins/0/kind").asText()).isEqualTo("FENCE_OPS");
        assertThat(shim.at("/unload/forced/collected").asBoolean()).isTrue();
        assertThat(shim.at("/unload/lateCalls/0/recorded").asBoolean()).isTrue();
    }

    @Test
    void shouldMeasureEveryStepOfEachJobWhenReplayed() throws Exception {
        JsonNode shim = json(CommandRun.of("compare", "--format", "json", "--shims", "amdgpu-independent"))
                .at("/shims/0");

        assertThat(shim.at("/latencyNs/submitToRun/count").asLong()).isEqualTo(30);
        assertThat(shim.at("/latencyNs/runToSignal/count").asLong()).isEqualTo(30);
        assertThat(shim.at("/latencyNs/signalToCallback/count").asLong()).isEqualTo(30);
        assertThat(shim.at("/latencyNs/doneToSignal/count").asLong()).isPositive();
        assertThat(shim.at("/latencyNs/signalToWake/count").asLong()).isPositive();
        assertThat(shim.at("/traces/0/replayedNs/hardware/count").asLong()).isEqualTo(15);
        assertThat(shim.at("/latencyNs/submitToRun/p50").asLong())
                .isPositive()
                .isLessThanOrEqualTo(shim.at("/latencyNs/submitToRun/max").asLong());
    }

    @Test
    void shouldListShimsBelowEachOtherWhenThereAreMany() {
        CommandRun run = CommandRun.of(
                "compare", "amdgpu-sched-6.17.txt", "--shims", "i915,i915/memcpy,vgem,amdgpu,amdgpu-independent");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("2 of 5 shims left")
                .containsPattern("i915/memcpy +yes +yes +1")
                .containsPattern("vgem +no +no +1");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @ParameterizedTest
    @CsvSource({
        "linux-7.2-sched-rich.txt --shims i915 vgem, i915, vgem",
        "hog --shims vgem --policy all, hog vgem fifo, hog vgem fair"
    })
    void shouldWriteTheRunsAsTracks(String arguments, String first, String second) throws Exception {
        Path file = directory.resolve("runs.pftrace");
        List<String> all = new ArrayList<>(List.of("compare"));
        all.addAll(List.of(arguments.replace("i915 vgem", "i915,vgem").split(" ")));
        all.addAll(List.of("--perfetto", file.toString()));
        CommandRun run = CommandRun.of(all.toArray(new String[0]));

        assertThat(run.code()).as(run.err()).isZero();
        PerfettoTracks tracks = PerfettoTracks.of(Files.readAllBytes(file));
        assertThat(tracks.broken()).isEmpty();
        assertThat(tracks.tracks().values())
                .anyMatch(track -> track.startsWith(first + ": ") && track.contains(" / "))
                .anyMatch(track -> track.startsWith(second + ": ") && track.contains(" / "));
        assertThat(tracks.slices()).isNotEmpty();
    }

    @Test
    void shouldTakeTheTracesTimeWhenASpeedIsGiven() {
        long startNs = System.nanoTime();
        CommandRun run = CommandRun.of("compare", "msm-sched-ring0.txt", "--shims", "vgem", "--speed", "0.1");

        assertThat(run.code()).isZero();
        assertThat(System.nanoTime() - startNs).isGreaterThan(200_000_000L); // the trace spans 21 ms
    }

    private static JsonNode json(CommandRun run) throws Exception {
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        JsonSchemas.check(run.out());
        return MAPPER.readTree(run.out());
    }

    private static long sum(JsonNode traces, String count) {
        long sum = 0;
        for (JsonNode trace : traces) {
            sum += trace.at("/fates/" + count).asLong();
        }
        return sum;
    }

    private static List<String> names(JsonNode shims) {
        List<String> names = new ArrayList<>();
        shims.forEach(shim -> names.add(shim.at("/shim").asText()));
        return names;
    }

    private static List<String> fields(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
