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

/** The ledger of a module's fences, closed when the module goes. The kernel has none. */
final class LedgerScenarios {
    private static final Law FORGOTTEN =
            new Law("fence-forgotten", "somebody was given a fence that unloading did not see");
    private static final Question EVERY =
            new Question("Does unloading see every fence that anybody was given?", "the design of dmafence");

    static final List<Scenario> ALL = List.of(new Scenario(
            "new-vs-close",
            "who makes a fence, while the module's ledger is closed and looked through",
            List.of(Variants.OWN, Variants.CLOSE_ACQUIRES),
            (variant, law) -> EVERY,
            LedgerScenarios::close));

    private LedgerScenarios() {}

    /** {@code FenceLedger}: into a slot, then a look whether it is closed; closed, then a look at the slots. */
    private static void close(Model model, Variant variant) {
        Var slot = model.shared("slot", 0, "empty", "fence");
        Var closed = model.shared("closed", 0, "no", "yes");
        Var given = model.ghost("given", 0);
        Var seen = model.ghost("seen", 0);
        Party issuer = model.party("issuer");
        issuer.change("enters a slot", slot, (old, now) -> 1);
        Reg refused = issuer.load(closed, Mode.VOLATILE);
        issuer.whenElse(
                now -> now.get(refused) == 1,
                () -> issuer.change("leaves it, is refused", slot, (old, now) -> 0),
                () -> issuer.act("gives the fence out", now -> now.set(given, 1)));
        Party unloader = model.party("unloader");
        unloader.store(closed, 1, Mode.VOLATILE);
        Reg found = unloader.load(slot, variant.has(Trait.CLOSE_ACQUIRES) ? Mode.ACQUIRE : Mode.VOLATILE);
        unloader.when(now -> now.get(found) == 1, () -> unloader.act("signals it", now -> now.set(seen, 1)));
        model.atEnd(now -> now.check(
                now.get(given) == 0 || now.get(seen) == 1, FORGOTTEN, "it is pending, and its issuer is gone"));
    }
}
