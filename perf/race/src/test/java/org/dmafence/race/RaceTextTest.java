package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dmafence.race.incident.Incidents;
import org.dmafence.race.scenario.Scenarios;
import org.junit.jupiter.api.Test;

class RaceTextTest {
    private static RaceReport report() throws InterruptedException {
        RaceRun run = new RaceRun(List.of(Memory.WEAK), Search.exhaustive(), () -> false);
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().startsWith("names-") || scenario.name().equals("defer-vs-unload")) {
                scenario.variants().forEach(variant -> run.add(scenario, variant));
            }
        }
        return run.run(line -> {});
    }

    @Test
    void shouldFitAHundredColumnsAndShowTheShortestOfEachVariantAndLaw() throws Exception {
        String text = RaceText.of(report(), false, false, true);

        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(text)
                .contains("clean: all schedules", "found in names-vs-signal, names-vs-unload")
                .contains("namer", "signaller", "as loaded early")
                .containsOnlyOnce("names-vs-signal, merged, memory weak:")
                .doesNotContain("names-vs-unload, merged, memory weak:");
    }

    @Test
    void shouldShowEveryScheduleWhenAskedTo() throws Exception {
        assertThat(RaceText.of(report(), true, false, false))
                .contains("names-vs-signal, merged, memory weak:", "names-vs-unload, merged, memory weak:");
    }

    @Test
    void shouldListWhatThereIs() {
        String list = new RaceListing(Scenarios.protocol(), Incidents.all()).toString();

        assertThat(list).contains("poll-vs-unload", "can-queue-vs-free", "7.2.13", "sound", "mutant");
        assertThat(list.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }
}
