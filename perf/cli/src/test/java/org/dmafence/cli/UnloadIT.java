package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnloadIT {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void shouldLeaveEveryTimeWhenFencesAreIndependent() throws Exception {
        JsonNode report = json(0, "unload", "--fences", "500", "--cycles", "4");

        assertThat(report.at("/driver").asText()).isEqualTo("amdgpu-independent");
        assertThat(report.at("/left").asInt()).isEqualTo(4);
        assertThat(report.at("/fences/signaled").asLong()).isEqualTo(2_000);
        assertThat(report.at("/fences/independent").asLong()).isEqualTo(2_000);
        assertThat(report.at("/fences/names/driver").asText()).isEqualTo("detached-driver");
        assertThat(report.at("/last/collected").asBoolean()).isTrue();
        assertThat(report.at("/last/detached").asLong()).isEqualTo(500);
        assertThat(report.at("/pins")).isEmpty();
        assertThat(report.at("/reported").asLong()).isZero();
        assertThat(report.at("/classes/slopePerCycle").asDouble()).isLessThan(5);
        List<String> steps = new ArrayList<>();
        report.at("/steps").forEach(step -> steps.add(step.at("/name").asText()));
        assertThat(steps).contains("drain", "grace period", "callbacks", "collect");
    }

    @Test
    void shouldNameThePinsAndLeaveOnceTheFencesAreLetGoWhenTheyKeepTheirOps() throws Exception {
        JsonNode report = json(1, "unload", "i915", "--fences", "100", "--cycles", "2");

        assertThat(report.at("/left").asInt()).isZero();
        assertThat(report.at("/first/refused").asBoolean()).isTrue();
        assertThat(report.at("/pins/0/kind").asText()).isEqualTo("FENCE_OPS");
        assertThat(report.at("/pins/0/count").asLong()).isEqualTo(200);
        assertThat(report.at("/afterRelease/collected").asBoolean()).isTrue();
    }

    @Test
    void shouldLeaveBehindTombstonesWhenForced() throws Exception {
        JsonNode report = json(0, "unload", "i915", "--force", "--fences", "100", "--cycles", "2");

        assertThat(report.at("/left").asInt()).isEqualTo(2);
        assertThat(report.at("/last/entombed").asLong()).isEqualTo(100);
        assertThat(report.at("/lateCalls/0/recorded").asBoolean()).isTrue();
        assertThat(report.at("/reported").asLong()).isZero();
    }

    @Test
    void shouldEndWhatIsLeftWhenFencesAreUnsignaled() throws Exception {
        JsonNode report = json(0, "unload", "--fences", "50", "--unsignaled", "20", "--cycles", "1");

        assertThat(report.at("/fences/signaled").asLong()).isEqualTo(50);
        assertThat(report.at("/fences/failed").asLong()).isEqualTo(20); // the driver's exit ends its jobs
        assertThat(report.at("/last/left").asLong()).isZero();
        assertThat(report.at("/plan/policy").asText()).isEqualTo("ECANCELED");
    }

    @Test
    void shouldKeepTheFencesOfAllCyclesWhenAsked() throws Exception {
        JsonNode report = json(0, "unload", "--fences", "200", "--cycles", "3", "--keep-fences");

        assertThat(report.at("/left").asInt()).isEqualTo(3);
    }

    @Test
    void shouldSayItInASentenceWhenPrintedAsText() {
        CommandRun leaves = CommandRun.of("unload", "--fences", "10", "--cycles", "1");
        CommandRun pinned = CommandRun.of("unload", "--fences", "10", "--cycles", "1", "vgem");

        assertThat(leaves.out())
                .startsWith("amdgpu-independent left 1 of 1 time:")
                .contains("grace period");
        assertThat(pinned.code()).isEqualTo(1);
        assertThat(pinned.out())
                .startsWith("vgem left 0 of 1 time (-EBUSY): 10 fences keep its ops")
                .contains("--force");
        assertThat(leaves.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void shouldTakeADriverFromAJarWhenOneIsNamed() throws Exception {
        Path jar = jar("i915-shim");
        assertThat(CommandRun.of("unload", jar.toString(), "--fences", "5", "--cycles", "1")
                        .code())
                .isEqualTo(1);
        CommandRun several = CommandRun.of("unload", jar("amdgpu-shim").toString());
        assertThat(several.code()).isEqualTo(2);
        assertThat(several.err()).contains("has several drivers: amdgpu, amdgpu-independent; name one of them");
        CommandRun named =
                CommandRun.of("unload", jar("amdgpu-shim") + ":amdgpu-independent", "--fences", "5", "--cycles", "1");
        assertThat(named.code()).isZero();
    }

    @Test
    void shouldListDriversAndTheirTablesWhenAskedForModinfo() throws Exception {
        CommandRun all = CommandRun.of("modinfo");
        CommandRun one = CommandRun.of("modinfo", jar("i915-shim").toString());

        assertThat(all.out()).contains("i915", "amdgpu-independent", "vgem", "can leave?");
        assertThat(one.code()).isZero();
        assertThat(one.out()).contains("request", "vma-resource").doesNotContain("amdgpu");
    }

    private static Path jar(String name) throws Exception {
        try (Stream<Path> jars = Files.list(CommandRun.DRIVERS)) {
            return jars.filter(jar -> jar.getFileName().toString().contains(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static JsonNode json(int code, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--format", "json"));
        CommandRun run = CommandRun.of(all.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(code);
        JsonSchemas.check(run.out());
        return MAPPER.readTree(run.out());
    }
}
