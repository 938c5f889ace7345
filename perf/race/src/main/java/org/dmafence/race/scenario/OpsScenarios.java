package org.dmafence.race.scenario;

import java.util.List;
import java.util.stream.Stream;
import org.dmafence.race.Law;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Question;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Fence.Table;

/** Calls through the table of ops, against a signal that takes it away or an unloading that frees it. */
final class OpsScenarios {
    static final List<Scenario> ALL = List.of(
            scenario("poll-vs-unload", "who polls, while the driver signals, waits and goes", OpsScenarios::pollUnload),
            new Scenario(
                    "poll-vs-signal",
                    "who polls and finds it done, while the driver signals; a third reads the timestamp",
                    Stream.concat(Variants.ALL.stream(), Stream.of(Variants.UNORDERED))
                            .toList(),
                    OpsScenarios::ofPolling,
                    OpsScenarios::pollSignal),
            scenario("deadline-vs-unload", "who sets a deadline, while the driver goes", OpsScenarios::deadlineUnload),
            scenario(
                    "enable-vs-signal",
                    "two who enable signalling, while the driver signals",
                    OpsScenarios::enableSignal));

    private OpsScenarios() {}

    private static Scenario scenario(String name, String about, Scenario.Build build) {
        return new Scenario(name, about, Variants.ALL, Questions::ofOps, build);
    }

    private static Question ofPolling(Variant variant, Law law) {
        return law.equals(Law.TIMESTAMP_LOST) ? Questions.TIMESTAMP : Questions.ofOps(variant, law);
    }

    private static void pollUnload(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.POLLED);
        Reg unused = fence.poll(model.party("poller"), module);
        module.unload(model.party("unloader"), fence, 1);
    }

    private static void pollSignal(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.POLLED);
        Reg unused = fence.poll(model.party("poller"), module);
        fence.signal(model.party("signaller"), 1);
        fence.readTimestamp(model.party("reader"));
    }

    private static void deadlineUnload(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.PLAIN);
        fence.deadline(model.party("wisher"), module);
        module.unload(model.party("unloader"), fence, 1);
    }

    private static void enableSignal(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.ENABLED);
        for (String name : List.of("one", "two")) {
            Party enabler = model.party(name);
            fence.enable(enabler, module);
        }
        fence.signal(model.party("signaller"), 1);
    }
}
