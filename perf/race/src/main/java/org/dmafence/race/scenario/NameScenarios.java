package org.dmafence.race.scenario;

import java.util.List;
import java.util.stream.Stream;
import org.dmafence.race.Model;
import org.dmafence.race.Scenario;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Fence.Table;

/** Names, which only the driver knows while the fence is unsignalled. */
final class NameScenarios {
    static final List<Scenario> ALL = List.of(
            scenario("names-vs-signal", "who asks for the driver's name, while it signals", (model, variant) -> {
                signal(model, variant, false);
            }),
            scenario("timeline-vs-signal", "who asks for the timeline's name, while it signals", (model, variant) -> {
                signal(model, variant, true);
            }),
            scenario("names-vs-unload", "who asks for the driver's name, while the driver goes", NameScenarios::unload),
            new Scenario(
                    "trace-vs-signal",
                    "who asks for a name, while it signals and is traced",
                    variants(),
                    Questions::ofTracing,
                    NameScenarios::trace));

    private NameScenarios() {}

    private static List<Variant> variants() {
        return Stream.concat(Variants.ALL.stream(), Stream.of(Variants.DETACH_UNORDERED))
                .toList();
    }

    private static Scenario scenario(String name, String about, Scenario.Build build) {
        return new Scenario(name, about, variants(), Questions::ofNames, build);
    }

    private static void signal(Model model, Variant variant, boolean timeline) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.PLAIN);
        fence.name(model.party("namer"), module, timeline);
        fence.signal(model.party("signaller"), 1);
    }

    private static void unload(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.PLAIN);
        fence.name(model.party("namer"), module, false);
        module.unload(model.party("unloader"), fence, 1);
    }

    private static void trace(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.PLAIN);
        fence.name(model.party("namer"), module, false);
        fence.signalTraced(model.party("signaller"), 1, module);
    }
}
