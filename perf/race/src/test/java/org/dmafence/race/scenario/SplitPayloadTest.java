package org.dmafence.race.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dmafence.race.Memory;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.RaceRun;
import org.dmafence.race.Scenario;
import org.dmafence.race.Search;
import org.dmafence.race.Variant;
import org.junit.jupiter.api.Test;

/** The rule for table and payload in two fields: payload before ops on reading, ops before payload on clearing. */
class SplitPayloadTest {
    private static final Variant TWO_FIELDS = Variants.oursWith("two-fields", Variant.Role.SOUND, Trait.SPLIT_PAYLOAD);

    @Test
    void shouldBeCleanWhenThePayloadIsReadFirstAndClearedLast() throws InterruptedException {
        RaceRun run = new RaceRun(List.of(Memory.SC, Memory.WEAK), Search.exhaustive(), () -> false);
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().matches("(names|poll|deadline|trace)-vs-.*")) {
                run.add(scenario, TWO_FIELDS);
            }
        }

        assertThat(run.run(line -> {}).results())
                .hasSize(12)
                .extracting(Result::verdict)
                .containsOnly("CLEAN");
    }
}
