package org.dmafence.race.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.dmafence.race.Memory;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.RaceRun;
import org.dmafence.race.Scenario;
import org.dmafence.race.Search;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Scenarios;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each incident happens in its broken form, in as few moves as can be, and never in the repaired one. */
class IncidentsTest {
    static List<String> names() {
        return Incidents.all().stream().map(Scenario::name).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "vgem-file-info, SC, freed-table, 5",
        "vgem-close, SC, freed-table, 7",
        "trace-after-detach, SC, null-table, 4",
        "name-race, WEAK, null-table, 7",
        "crtc-identity, SC, bug, 8",
        "can-queue, SC, freed-job, 8",
        "no-hang-leak, SC, leak, 10",
        "idle-run-queue, SC, stuck, 9",
        "kill-wakes-nobody, SC, stuck, 7",
        "wait-available, SC, stuck, 7",
        "put-before-wait, SC, freed-fence, 7",
        "sw-sync-free, SC, freed-fence, 7",
        "sw-sync-recursion, SC, stuck, 4",
        "sw-sync-get, SC, resurrected, 4",
        "array-lock-inversion, SC, stuck, 4",
        "trace-after-signal, SC, freed-string, 4",
        "kill-jobs-dependencies, SC, stuck, 5",
        "kill-jobs-fence-lock, SC, stuck, 3",
        "msm-shrinker, SC, stuck, 2",
    })
    void shouldHappenInTheFewestMovesWhenBroken(String name, Memory memory, String law, int moves)
            throws InterruptedException {
        assertThat(search(name, Variant.BROKEN, memory).failures())
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.law()).isEqualTo(law);
                    assertThat(failure.rows()).hasSize(moves);
                });
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldBeCleanInBothMemoriesWhenFixed(String name) throws InterruptedException {
        for (Memory memory : Memory.values()) {
            Result result = search(name, Variant.FIXED, memory);

            assertThat(result.failures()).as(memory.toString()).isEmpty();
            assertThat(result.verdict()).isEqualTo("CLEAN");
        }
    }

    @Test
    void shouldTellEveryIncidentInTheTableAbove() throws NoSuchMethodException {
        List<String> told = Arrays.stream(IncidentsTest.class
                        .getDeclaredMethod(
                                "shouldHappenInTheFewestMovesWhenBroken",
                                String.class,
                                Memory.class,
                                String.class,
                                int.class)
                        .getAnnotation(CsvSource.class)
                        .value())
                .map(row -> row.replaceFirst(",.*", ""))
                .toList();

        assertThat(told).containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void shouldNeedReorderedLoadsForTheNameRace() throws InterruptedException {
        assertThat(search("name-race", Variant.BROKEN, Memory.SC).verdict()).isEqualTo("CLEAN");
    }

    @Test
    void shouldBeCalledUnlikeAnyScenarioOfTheProtocol() {
        assertThat(names())
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(
                        Scenarios.protocol().stream().map(Scenario::name).toList());
    }

    private static Result search(String name, Variant variant, Memory memory) throws InterruptedException {
        Scenario incident = Incidents.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        RaceRun run = new RaceRun(List.of(memory), Search.exhaustive(), () -> false);
        run.add(incident, variant);
        return run.run(progress -> {}).results().get(0);
    }
}
