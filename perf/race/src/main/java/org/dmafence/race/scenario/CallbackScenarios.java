package org.dmafence.race.scenario;

import java.util.List;
import org.dmafence.race.Law;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Question;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Fence.Table;

/** Callbacks and waiters, against the signal that is to reach them. */
final class CallbackScenarios {
    static final List<Scenario> ALL = List.of(
            scenario(
                    "add-callback-vs-signal",
                    "two who add callbacks, while the driver signals",
                    CallbackScenarios::add),
            scenario(
                    "remove-vs-signal",
                    "who adds a callback and takes it back, while the driver signals",
                    CallbackScenarios::remove),
            scenario("wait-vs-signal", "who waits and is woken, while the driver signals", CallbackScenarios::await));

    private CallbackScenarios() {}

    private static Scenario scenario(String name, String about, Scenario.Build build) {
        return new Scenario(name, about, Variants.ALL, CallbackScenarios::question, build);
    }

    private static Question question(Variant variant, Law law) {
        return law.equals(Law.NULL_TABLE) || law.equals(Law.NULL_PAYLOAD) ? Questions.STILL_RACE : Questions.CALLBACKS;
    }

    private static void add(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.ENABLED);
        for (String name : List.of("a", "b")) {
            Reg unused = fence.add(model.party("adds " + name), fence.callback(name), module);
        }
        fence.signal(model.party("signaller"), 1);
    }

    private static void remove(Model model, Variant variant) {
        Fence fence = Fence.of(model, variant, Table.PLAIN);
        Callback callback = fence.callback("a");
        Party owner = model.party("owner");
        Reg unused = fence.add(owner, callback, null);
        fence.remove(owner, callback);
        fence.signal(model.party("signaller"), 1);
    }

    private static void await(Model model, Variant variant) {
        Fence fence = Fence.of(model, variant, Table.PLAIN);
        Callback callback = fence.callback("a");
        fence.await(model.party("waiter"), null);
        fence.signal(model.party("signaller"), 1);
        Reg unused = fence.add(model.party("adds a"), callback, null);
    }
}
