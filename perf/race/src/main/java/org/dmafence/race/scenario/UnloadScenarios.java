package org.dmafence.race.scenario;

import java.util.List;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Question;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Fence.Table;

/** Drivers whose fences need them beyond the signal, for a wait, a release or a lock. */
final class UnloadScenarios {
    static final List<Scenario> ALL = List.of(
            scenario("wait-vs-unload", "who waits by the driver's op", Questions.WAIT_OUTSIDE, UnloadScenarios::await),
            scenario(
                    "release-vs-unload",
                    "who drops the last reference to a fence with a release op",
                    Questions.RELEASE_INSIDE,
                    UnloadScenarios::release),
            new Scenario(
                    "release-vs-forced-unload",
                    "who drops the last reference, while the driver is unloaded by force",
                    Variants.ALL.stream().filter(v -> v.has(Trait.TOMBSTONES)).toList(),
                    (variant, law) -> Questions.RELEASE_INSIDE,
                    UnloadScenarios::forced),
            scenario(
                    "lock-after-unload",
                    "who takes a callback back after the signal, by the fence's lock",
                    Questions.INDEPENDENT,
                    UnloadScenarios::lock),
            scenario(
                    "defer-vs-unload",
                    "a driver whose release op defers a callback of its own",
                    Questions.BARRIER,
                    UnloadScenarios::defer));

    private UnloadScenarios() {}

    private static Scenario scenario(String name, String about, Question question, Scenario.Build build) {
        return new Scenario(
                name,
                about + ", while the driver goes",
                Variants.ALL,
                (variant, law) -> !law.equals(Law.FREED_TABLE) || variant.has(Trait.PINNED) ? question : Questions.WHY,
                build);
    }

    /** Waits until no fence needs the module, where that is the rule. */
    private static void refuse(Party unloader, Variant variant, Module module, Table table) {
        if (variant.has(Trait.PINNED) && !(variant.has(Trait.WAIT_NOT_PINNED) && table.waits())) {
            Reg unused = unloader.await("is refused until no fence needs the module", module.keepers, n -> n == 0);
        }
    }

    private static void await(Model model, Variant variant) {
        Module module = new Module(model, variant, 1);
        Table table = Table.waiting(variant);
        Fence fence = Fence.of(model, variant, table);
        Party waiter = model.party("waiter");
        fence.await(waiter, module);
        fence.put(waiter, module);
        Party unloader = model.party("unloader");
        fence.signal(unloader, 1);
        refuse(unloader, variant, module, table);
        module.leave(unloader);
    }

    private static void release(Model model, Variant variant) {
        Module module = new Module(model, variant, 1);
        Fence fence = Fence.of(model, variant, Table.RELEASING);
        fence.put(model.party("holder"), module);
        Party unloader = model.party("unloader");
        fence.signal(unloader, 1);
        refuse(unloader, variant, module, Table.RELEASING);
        module.leave(unloader);
    }

    private static void forced(Model model, Variant variant) {
        Module module = new Module(model, variant, 1);
        Fence fence = Fence.of(model, variant, Table.RELEASING);
        fence.put(model.party("holder"), module);
        Party unloader = model.party("unloader");
        fence.signal(unloader, 1);
        unloader.synchronize();
        Reg kept = unloader.load(module.keepers, Mode.ACQUIRE);
        unloader.when(now -> now.get(kept) != 0, () -> fence.entomb(unloader));
        module.leave(unloader);
    }

    private static void lock(Model model, Variant variant) {
        Module module = new Module(model, variant);
        Fence fence = Fence.of(model, variant, Table.PLAIN);
        fence.removeNone(model.party("remover"));
        Party unloader = model.party("unloader");
        module.unload(unloader, fence, 1);
        fence.freeLock(unloader);
    }

    private static void defer(Model model, Variant variant) {
        Module module = new Module(model, variant, 1);
        Fence fence = Fence.of(model, variant, Table.RELEASING);
        Var deferred = model.shared("deferred", 0, "nothing", "posted", "run");
        Party holder = model.party("holder");
        fence.put(holder, module, () -> {
            Reg unused = holder.change("posts a callback of the module", deferred, (old, now) -> 1);
        });
        Party callbacks = model.party("callback thread");
        Reg unused = callbacks.await("finds a callback", deferred, d -> d == 1);
        callbacks.synchronize();
        callbacks.act(
                "runs it",
                now -> now.check(
                        now.get(module.unloaded) == 0, Law.FREED_TABLE, "the callback's code is gone with its module"));
        callbacks.store(deferred, 2, Mode.RELEASE);
        Party unloader = model.party("unloader");
        fence.signal(unloader, 1);
        refuse(unloader, variant, module, Table.RELEASING);
        if (!variant.has(Trait.NO_GRACE_PERIOD)) {
            unloader.synchronize();
        }
        if (!variant.has(Trait.NO_BARRIER)) {
            Reg none = unloader.await("waits for deferred callbacks", deferred, d -> d != 1);
        }
        module.free(unloader);
    }
}
