package org.dmafence.race.scenario;

import java.util.List;
import org.dmafence.race.Model;
import org.dmafence.race.Scenario;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Fence.Table;

/** Calls through the table of ops, against a signal that takes it away or an unloading that frees it. */
final class OpsScenarios {
    static final List<Scenario> ALL = List.of(
            scenario("poll-vs-unload", "who polls, while the driver signals, waits and goes", OpsScenarios::pollUnload),
            scenario(
                    "poll-vs-signal",
                    "who polls and finds it done, while the driver signals",
                    OpsScenarios::pollSignal));

    private OpsScenarios() {}

    private static Scenario scenario(String name, String about, Scenario.Build build) {
        return new Scenario(name, about, Variants.ALL, Questions::ofOps, build);
    }

    private static void pollUnload(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.POLLED);
        fence.poll(model.party("poller"), module);
        module.unload(model.party("unloader"), fence, 1);
    }

    private static void pollSignal(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.POLLED);
        fence.poll(model.party("poller"), module);
        fence.signal(model.party("signaller"), 1);
        fence.readTimestamp(model.party("reader"));
    }
}
