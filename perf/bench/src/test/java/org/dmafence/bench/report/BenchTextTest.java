package org.dmafence.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.dmafence.bench.BenchReport;
import org.dmafence.bench.BenchReport.Environment;
import org.dmafence.bench.BenchReport.Figures;
import org.dmafence.bench.BenchReport.GroupResult;
import org.dmafence.bench.Direction;
import org.dmafence.bench.RowResult;
import org.dmafence.bench.Summary;
import org.dmafence.bench.Verdict;
import org.dmafence.report.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTextTest {
    private static final Summary SPREAD = new Summary(40, 0.5, 0.6, 0.7, 0.8, 0.9);

    static final BenchReport REPORT = new BenchReport(
            new Environment("17.0.15", "HotSpot", List.of(), "Linux", "amd64", "Some CPU", 2, 1.5, 2.5),
            true,
            1_500_000_000,
            false,
            List.of(
                    new RowResult(
                            "fence-signal",
                            "create, add a callback, signal",
                            "fence-signal",
                            Direction.AT_MOST,
                            0.62,
                            0.55,
                            "fence",
                            30.0,
                            "CompletableFuture",
                            50.0,
                            "ns CPU",
                            40,
                            0.6,
                            SPREAD,
                            Verdict.OK,
                            null),
                    new RowResult(
                            "rcu-read",
                            "RCU read section",
                            "rcu-read",
                            Direction.AT_MOST,
                            0.33,
                            null,
                            "handle",
                            null,
                            "liburcu-memb",
                            null,
                            "ns CPU",
                            0,
                            null,
                            null,
                            Verdict.LEFT_OUT,
                            "no peer: install liburcu-dev and gcc")),
            List.of(new GroupResult(
                    "fence-signal",
                    List.of(),
                    1,
                    List.of(
                            new Figures("fence", "ns CPU", SPREAD, List.of(0.5, 0.9), null),
                            new Figures("somebody", null, null, List.of(), "is not here")),
                    null)));

    @Test
    void shouldShowRatioBarAndVerdictWithinAHundredColumns() {
        String text = BenchText.of(REPORT, true, false);

        assertThat(text)
                .contains("Java 17.0.15, 2 CPUs (Some CPU), load 1.5 before and 2.5 after, quick, 1.50 s")
                .contains("0.60    0.60..0.80     40    <= 0.62   ok")
                .contains("no peer: install", "left out", "somebody: is not here")
                .endsWith("2 rows, 0 missed, 1 left out\n");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void shouldShowOtherContendersOnlyWhenAsked() {
        assertThat(BenchText.of(REPORT, false, false)).doesNotContain("somebody");
    }

    @Test
    void shouldHaveEveryWindowAndNullWhereThereIsNothingWhenPrintedAsJson() throws Exception {
        JsonNode json = new ObjectMapper().readTree(Json.of(REPORT));

        assertThat(json.at("/groups/0/figures/0/windows")).hasSize(2);
        assertThat(json.at("/rows/1/value").isNull()).isTrue();
        assertThat(json.at("/rows/0/verdict").asText()).isEqualTo("OK");
        assertThat(json.at("/environment/loadAfter").asDouble()).isEqualTo(2.5);
    }

    @ParameterizedTest
    @CsvSource({"0.123, 0.12", "12.34, 12.3", "123.4, 123", "9994, '9,994'", "12196, 12.2 k", "2220000, 2.22 M"})
    void shouldShowThreeDigitsWhateverTheSize(double value, String text) {
        assertThat(BenchText.number(value)).isEqualTo(text);
    }
}
