package org.dmafence.race.incident;

import java.util.List;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;

/** What came up once signalling took the table of ops away. */
final class DetachIncidents {
    private static final Law BUG = Law.fatal("bug", "a driver stops the machine by BUG");

    static final List<Scenario> ALL = List.of(
            Incidents.incident(
                    "trace-after-detach",
                    "who signals a fence while dma_fence_signaled is traced",
                    "Why does tracing a signal crash?",
                    "after the merge for 7.1; fixed in 7.2.13",
                    DetachIncidents::trace),
            Incidents.weakIncident(
                    "name-race",
                    "who asks for a fence's name, while it signals; loads are not ordered",
                    "May the flag be read before the table?",
                    "after the merge for 7.1; fixed in 7.2.13",
                    DetachIncidents::name),
            Incidents.incident(
                    "crtc-identity",
                    "a driver that knows its fences by their table, asked for a name while one signals",
                    "Why does a sync_file's FILE_INFO hit a BUG of drm_crtc?",
                    "Android, after the merge for 7.1; still in 7.2.13",
                    DetachIncidents::identity));

    private DetachIncidents() {}

    private static Var ops(Model model) {
        return model.shared("ops", 1, "null", "table");
    }

    private static Var signaled(Model model) {
        return model.shared("SIGNALED", 0, "clear", "set");
    }

    private static void detach(Party signaler, Var ops) {
        signaler.store(ops, 0, Mode.OPAQUE);
    }

    private static void call(Party party, String op, Reg table) {
        party.act("calls ops->" + op + "()", now -> {
            now.check(now.get(table) != 0, Law.NULL_TABLE, op + " is looked up in a null table");
        });
    }

    private static void trace(Model model, boolean fixed) {
        Var ops = ops(model);
        Var signaled = signaled(model);
        Party signaler = model.party("signaller");
        signaler.changeFully("test-and-set SIGNALED", signaled, (s, now) -> 1);
        if (!fixed) {
            detach(signaler, ops);
        }
        Reg traced = signaler.load(ops, Mode.OPAQUE);
        call(signaler, "get_driver_name", traced);
        signaler.act("writes the trace event", now -> {});
        if (fixed) {
            detach(signaler, ops);
        }
    }

    /** The table is read first in the program, which says nothing about when. */
    private static void name(Model model, boolean fixed) {
        Var ops = ops(model);
        Var signaled = signaled(model);
        Party namer = model.party("namer");
        namer.rcuLock();
        Reg table = namer.load(ops, Mode.OPAQUE);
        Reg flag = namer.load(signaled, Mode.OPAQUE);
        namer.whenElse(
                now -> now.get(flag) == 0 && (!fixed || now.get(table) != 0),
                () -> call(namer, "get_driver_name", table),
                () -> namer.act("answers 'detached-driver'", now -> {}));
        namer.rcuUnlock();
        signal(model, signaled, ops);
    }

    private static void identity(Model model, boolean fixed) {
        Var ops = ops(model);
        Var signaled = signaled(model);
        Party namer = model.party("FILE_INFO");
        namer.rcuLock();
        Reg table = namer.load(ops, Mode.OPAQUE);
        Reg flag = namer.load(signaled, Mode.OPAQUE);
        namer.when(now -> now.get(flag) == 0 && now.get(table) != 0, () -> {
            call(namer, "get_driver_name", table);
            if (!fixed) {
                Reg again = namer.load(ops, Mode.OPAQUE);
                namer.act("BUG_ON(fence->ops != &drm_crtc_fence_ops)", now -> {
                    now.check(now.get(again) != 0, BUG, "the fence is its own, and was detached since it was called");
                });
            }
            namer.act("finds its crtc by the address of the lock", now -> {});
        });
        namer.rcuUnlock();
        signal(model, signaled, ops);
    }

    private static void signal(Model model, Var signaled, Var ops) {
        Party signaler = model.party("signaller");
        signaler.changeFully("test-and-set SIGNALED", signaled, (s, now) -> 1);
        detach(signaler, ops);
    }
}
