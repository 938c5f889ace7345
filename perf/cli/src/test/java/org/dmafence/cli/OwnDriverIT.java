package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver in a jar of one's own, beside those that come with the program and without them. */
class OwnDriverIT {
    @TempDir
    private Path directory;

    private String jar = "";

    @BeforeEach
    void copy() throws Exception {
        try (Stream<Path> jars =
                Files.list(CommandRun.DRIVERS)) { // it names the one with the generic drivers in its manifest
            for (Path shipped : jars.toList()) {
                String name = shipped.getFileName().toString();
                Files.copy(shipped, directory.resolve(name.startsWith("dmafence-i915") ? "mine.jar" : name));
            }
        }
        jar = directory.resolve("mine.jar").toString();
    }

    @Test
    void shouldCompareItBesideAShippedOneOfTheSameName() throws Exception {
        JsonNode report = json(CommandRun.of("compare", "hog", "--shims", "i915," + jar, "--format", "json"));

        assertThat(report.at("/runs"))
                .extracting(run -> run.at("/shim").asText())
                .containsExactly("i915", "mine.jar:i915");
        assertThat(report.at("/runs"))
                .extracting(run -> run.at("/driver").asText())
                .containsExactly("i915", "i915");
    }

    @Test
    void shouldReplayATraceOnItWithoutAnyThatComesWithTheProgram() throws Exception {
        CommandRun run = CommandRun.with(
                directory.resolve("none"),
                "compare",
                "msm-sched-ring0.txt",
                "--shims",
                jar + ":i915",
                "--format",
                "json");

        assertThat(json(run).at("/shims/0/shim").asText()).isEqualTo("i915");
    }

    @Test
    void shouldProfileItAndHoldItToLimits() throws Exception {
        String[] common = {
            "profile",
            "--shims",
            jar,
            "--rate",
            "200/s",
            "--duration",
            "1s",
            "--warmup",
            "0s",
            "--format",
            "json",
            "--fail-if"
        };
        String[] met = Stream.concat(Stream.of(common), Stream.of("p50>0ns", "--fail-if", "rate<1/s"))
                .toArray(String[]::new);
        CommandRun failed = CommandRun.with(directory.resolve("none"), met);
        CommandRun passed = CommandRun.with(
                directory.resolve("none"),
                Stream.concat(Stream.of(common), Stream.of("max>60s")).toArray(String[]::new));

        assertThat(failed.code()).as(failed.err()).isEqualTo(1);
        JsonNode checks = new JsonMapper().readTree(failed.out()).at("/checks");
        assertThat(checks).extracting(check -> check.at("/held").asBoolean()).containsExactly(false, true);
        assertThat(json(passed).at("/input/seed").asLong()).isEqualTo(1);
    }

    @Test
    void shouldListAndUnloadIt() throws Exception {
        JsonNode report = json(CommandRun.of("modinfo", jar, "vgem", "--format", "json"));
        assertThat(report.at("/drivers"))
                .extracting(driver -> driver.at("/name").asText())
                .containsExactly("i915", "vgem");

        CommandRun table = CommandRun.of("unload", jar + "/request");
        assertThat(table.code()).isEqualTo(2);
        assertThat(table.err()).contains("leave /request out");
    }

    @Test
    void shouldNameTheTablesWhenItHasNoSuchOne() {
        CommandRun run = CommandRun.of("compare", "--shims", jar + "/nosuch");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("has no ops table \"nosuch\"; it has ");
        assertThat(CommandRun.of("compare", "--shims", "i915,,vgem").err()).contains("separate names by single commas");
        assertThat(CommandRun.of("compare", "--shims", jar + ":nosuch").err())
                .contains("no driver \"nosuch\"", "there are i915");
    }

    private static JsonNode json(CommandRun run) throws Exception {
        assertThat(run.code()).as(run.err()).isZero();
        JsonSchemas.check(run.out());
        return new JsonMapper().readTree(run.out());
    }
}
