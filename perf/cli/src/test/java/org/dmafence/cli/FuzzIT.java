package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run over all readers; the long ones are for whoever changed one. */
class FuzzIT {
    @TempDir
    private Path findings;

    @Test
    void shouldFindNothingInAFewThousandInputsAndTestEveryReader() throws Exception {
        CommandRun run = CommandRun.of(
                "fuzz",
                "--inputs",
                "3000",
                "--seed",
                "11",
                "--processes",
                "0",
                "--format",
                "json",
                "--save",
                findings.toString());

        JsonSchemas.check(run.out());
        JsonNode report = JsonMapper.builder().build().readTree(run.out());
        assertThat(run.code()).as(report.toPrettyString()).isZero();
        assertThat(report.at("/subjects")).hasSize(16);
        report.at("/subjects").forEach(row -> {
            assertThat(row.at("/accepted").asLong()).as(row.toString()).isPositive();
            assertThat(row.at("/findings")).isEmpty();
        });
        assertThat(findings).isEmptyDirectory();
    }

    @Test
    void shouldNameTheReadersWhenAnotherIsAskedFor() {
        CommandRun run = CommandRun.of("fuzz", "nosuch");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("there is no reader \"nosuch\"; there are trace, load");
    }
}
