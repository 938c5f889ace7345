package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmafence.rules.PageRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures in processes of their own, but asserts nothing about time. */
class BenchIT {
    @TempDir
    private Path directory;

    @Test
    void shouldWriteRatiosVerdictsAndEveryWindowWhenItMeasured() throws Exception {
        Path out = directory.resolve("bench.json");
        CommandRun run = CommandRun.of("bench", "--quick", "is-signaled", "--format", "json", "--out", out.toString());
        assertThat(run.code()).isZero();
        JsonSchemas.check(Files.readString(out));
        JsonNode report = new ObjectMapper().readTree(Files.readString(out));

        JsonNode row = report.at("/rows/0");
        assertThat(row.at("/name").asText()).isEqualTo("fence-is-signaled");
        assertThat(row.at("/verdict").asText()).isIn("OK", "STRETCH", "MISSED", "UNCLEAR");
        assertThat(row.at("/value").asDouble())
                .isEqualTo(
                        row.at("/oursFigure").asDouble() / row.at("/peerFigure").asDouble());
        assertThat(report.at("/environment/java").asText())
                .isEqualTo(Runtime.version().toString());
        JsonNode figures = report.at("/groups/0/figures/0");
        assertThat(figures.at("/windows"))
                .hasSize(figures.at("/summary/windows").asInt());
        assertThat(report.at("/groups/0/failure").isNull()).isTrue();
    }

    @Test
    void shouldLeaveOutARowWithAWordWhenItsPeerCantBeBuilt() {
        CommandRun run = CommandRun.of("bench", "--quick", "rcu-read-fallback", "--cc", "no-such-compiler");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("no peer: install", "left out");
    }

    @Test
    void shouldEndWithFindingsWhenStrictAndNothingCouldBeMeasured() {
        CommandRun run = CommandRun.of("bench", "--quick", "--strict", "rcu-read-fallback", "--cc", "no-such-compiler");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("left out");
    }

    @Test
    void shouldMeasureACrowdOrSayWhyNot() {
        CommandRun run = CommandRun.of("bench", "--quick", "--waiters", "300");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("5 rows");
        if (Runtime.version().feature() < 21) {
            assertThat(run.out()).contains("no virtual", "use 21", "5 left out");
        } else {
            assertThat(run.out()).contains("300 virtual", "CountDownLatch");
        }
        assertThat(CommandRun.of("bench", "--waiters", "0").code()).isEqualTo(2);
        assertThat(CommandRun.of("bench", "--waiters", "5", "--scaling").code()).isEqualTo(2);
        assertThat(CommandRun.of("bench", "--waiters", "5", "fence").code()).isEqualTo(2);
    }

    @Test
    void shouldEndWithFindingsWhenAMeasurementFails() {
        CommandRun run = CommandRun.with(directory, "bench", "--quick", "unload-many");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("failed");
    }

    @Test
    void shouldDrawACurveWhenAskedHowCostsGrow() throws Exception {
        Path plots = directory.resolve("plots");
        CommandRun run = CommandRun.of("bench", "--scaling", "--quick", "callbacks", "--save", plots.toString());

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("by callbacks of a fence", "O(n log n)?");
        assertThat(PageRules.broken(Files.readString(plots.resolve("growth.html"))))
                .isEmpty();
    }

    @Test
    void shouldNameTheRowsAndMeasureNothingWhenAskedForTheList() {
        CommandRun run = CommandRun.of("bench", "--list");

        assertThat(run.code()).isZero();
        assertThat(run.out().lines()).anyMatch(line -> line.startsWith("fence-is-signaled "));
    }
}
