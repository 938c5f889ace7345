package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final int FEW = 200;

    @Test
    void shouldMeasureEveryRowsContendersWhereThereAreVirtualThreads() throws Exception {
        Samples samples;
        try (Lineup lineup = new Lineup(new BenchPlan(true, Path.of(""), Path.of(""), Path.of(""), FEW))) {
            Crowd.group().maker().lineUp(lineup);
            samples = Rounds.run(lineup.contenders(), 0, Row.FEWEST, round -> {});
            lineup.missing().forEach(samples::miss);
        }

        boolean virtual = VirtualThreadStarter.starter() != null;
        assertThat(virtual).isEqualTo(Runtime.version().feature() >= 21);
        assertThat(Rows.waiters(FEW)).hasSize(5).allSatisfy(row -> {
            RowResult result = row.result(samples, null);
            assertThat(result.verdict() != Verdict.LEFT_OUT).isEqualTo(virtual);
            assertThat(result.verdict()).isNotEqualTo(Verdict.FAILED);
            assertThat(result.windows()).isEqualTo(virtual ? Row.FEWEST : 0);
            assertThat(result.what()).contains("200 virtual threads");
            if (!virtual) {
                assertThat(result.note()).contains("no virtual threads in Java", "use 21 or later");
            }
        });
    }

    @Test
    void shouldSayHowManyThereAreInTheTable() {
        assertThat(Rows.all())
                .filteredOn(row -> row.group().equals(Crowd.GROUP))
                .allSatisfy(row -> assertThat(row.what()).containsPattern("100,000|10,000"));
    }
}
