package org.dmafence.race.scenario;

import org.dmafence.race.Instant;
import org.dmafence.race.Law;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;

/** A driver: its code, its table and its strings, which are all gone at once when it is unloaded. */
final class Module {
    private final Variant variant;

    /** Whether its memory has been freed. */
    final Var unloaded;

    /** Fences that keep its table, as whoever unloads it counts them. */
    final Var keepers;

    Module(Model model, Variant variant) {
        this.variant = variant;
        unloaded = model.ghost("unloaded", 0);
        keepers = model.shared("fences that need the module", 0);
    }

    Module(Model model, Variant variant, int keepers) {
        this.variant = variant;
        unloaded = model.ghost("unloaded", 0);
        this.keepers = model.shared("fences that need the module", keepers);
    }

    /** Calls an op through a table that was loaded before, and is inside of it for a while. */
    void call(Party party, String op, Reg table, Runnable body) {
        party.when(now -> now.get(table) != Fence.TOMBSTONE, () -> {
            party.act("calls ops->" + op + "()", now -> {
                if (now.get(table) == 0) {
                    now.fail(Law.NULL_TABLE, op + " is looked up in a null table");
                } else {
                    alive(now, "calls " + op);
                }
            });
            body.run();
            party.act("returns from " + op + "()", now -> alive(now, "is in " + op));
        });
    }

    void call(Party party, String op, Reg table) {
        call(party, op, table, () -> {});
    }

    private void alive(Instant now, String what) {
        now.check(now.get(unloaded) == 0, Law.FREED_TABLE, "the module is gone when this party " + what);
    }

    /** The end of unloading: after this, nothing of the module is there. */
    void free(Party party) {
        party.actOrdered("frees the module: table, code, strings", now -> now.set(unloaded, 1));
    }

    /** Waits for readers, and frees. */
    void leave(Party party) {
        if (!variant.has(Trait.NO_GRACE_PERIOD)) {
            party.synchronize();
        }
        free(party);
    }

    /** Signals what there is, waits for readers, and frees: how a driver whose fences detach is unloaded. */
    void unload(Party party, Fence fence, int time) {
        fence.signal(party, time);
        leave(party);
    }
}
