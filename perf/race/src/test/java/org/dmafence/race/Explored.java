package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.scenario.Scenarios;

/** All scenarios in all variants and both memories, explored once for all tests. */
final class Explored {
    private static final List<Result> RESULTS = new ArrayList<>();

    private Explored() {}

    static synchronized List<Result> results() {
        if (RESULTS.isEmpty()) {
            RaceRun run = new RaceRun(List.of(Memory.SC, Memory.WEAK), Search.exhaustive(), () -> false);
            for (Scenario scenario : Scenarios.all()) {
                scenario.variants().forEach(variant -> run.add(scenario, variant));
            }
            try {
                RESULTS.addAll(run.run(line -> {}).results());
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while exploring", e);
            }
        }
        return RESULTS;
    }
}
