package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every open scenario that a real kernel ran, on our classes. */
class ConformIT {
    static final Path ORACLE = Path.of("..", "conform", "src", "test", "resources", "oracle");

    @ParameterizedTest
    @ValueSource(strings = {"linux-7.2", "linux-6.12"})
    void shouldDifferFromRealKernelsByListedDeviationsOnly(String kernel) {
        CommandRun run = CommandRun.of("conform", ORACLE.resolve(kernel).toString(), "--level", "4");

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void shouldTellTheSchedulersPoliciesApart() {
        CommandRun run = CommandRun.of(
                "conform", ORACLE.resolve("linux-7.2").resolve("drm_sched.json").toString());

        assertThat(run.out()).contains("SCHEDULER BY POLICY");
        assertThat(run.out().lines().filter(line -> line.matches("7\\.2\\.13 +(FIFO|RR|FAIR) +[1-9].*")))
                .hasSize(3);
    }

    @Test
    void shouldKeepTheShapeOfTheJsonWhenOneCaseIsRun() throws Exception {
        CommandRun run = CommandRun.of(
                "conform",
                ORACLE.resolve("linux-7.2").resolve("dma_fence.json").toString(),
                "--case",
                "dma_fence/stub",
                "--format",
                "json");

        JsonSchemas.check(run.out());
        JsonNode report = new JsonMapper().readTree(run.out());
        assertThat(report.at("/kinds/0/kernel").asText()).isEqualTo("7.2.13");
        assertThat(report.at("/kinds/0/cases").asInt()).isEqualTo(1);
        assertThat(report.at("/deviations/0/name").asText()).isEqualTo("stub-references");
        assertThat(report.at("/findings")).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoScenario() {
        assertThat(CommandRun.of("conform", "pom.xml").code()).isEqualTo(2);
        assertThat(CommandRun.of("conform", "no-such.json").err()).contains("no-such.json", "no such file");
        assertThat(CommandRun.with(Path.of("no-drivers"), "conform").err()).contains("name files or directories");
        assertThat(CommandRun.of("conform", "--level", "7", ORACLE.toString()).err())
                .contains("--level 7", "1 to 4");
    }

    @Test
    void shouldCompareWithTheKernelsThatComeWithTheProgramWhenNoneIsNamed() {
        assertThat(CommandRun.of("conform").out()).contains("6.12", "7.2.13");
        assertThat(CommandRun.of("conform", "linux-6.12", "--case", "dma_fence/stub")
                        .out())
                .contains("6.12")
                .doesNotContain("7.2.13");
    }

    @Test
    void shouldRunOurOwnCases() {
        CommandRun run = CommandRun.of(
                "conform",
                Path.of("..", "conform", "src", "test", "resources", "oracle-own")
                        .toString());

        assertThat(run.code()).as(run.out() + run.err()).isZero();
    }
}
