package org.dmafence.race.scenario;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.Scenario;
import org.dmafence.race.incident.Incidents;

/** All scenarios there are, in the order in which they are listed; a new one joins them here. */
public final class Scenarios {
    private Scenarios() {}

    /** The protocol's, and the incidents. */
    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>(protocol());
        all.addAll(Incidents.all());
        return List.copyOf(all);
    }

    /** The protocol's alone. */
    public static List<Scenario> protocol() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(OpsScenarios.ALL);
        all.addAll(NameScenarios.ALL);
        all.addAll(CallbackScenarios.ALL);
        all.addAll(UnloadScenarios.ALL);
        all.addAll(ContainerScenarios.ALL);
        all.addAll(SchedulerScenarios.ALL);
        all.addAll(JobScenarios.ALL);
        all.addAll(StatusScenarios.ALL);
        all.addAll(LedgerScenarios.ALL);
        return all.stream()
                .map(one -> one.with((variant, memory) -> Planted.isDue(one.name(), variant, memory)))
                .toList();
    }
}
