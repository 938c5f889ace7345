package org.dmafence.race.scenario;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.Scenario;

/** All scenarios there are, in the order in which they are listed; a new one joins them here. */
public final class Scenarios {
    private Scenarios() {}

    /** All of them. */
    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(OpsScenarios.ALL);
        all.addAll(NameScenarios.ALL);
        all.addAll(CallbackScenarios.ALL);
        all.addAll(UnloadScenarios.ALL);
        all.addAll(ContainerScenarios.ALL);
        all.addAll(SchedulerScenarios.ALL);
        return List.copyOf(all);
    }
}
