package org.dmafence.race.incident;

import java.util.List;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;

/** The two halves of unloading vgem while a process has a sync_file of it open. */
final class VgemIncidents {
    static final List<Scenario> ALL = List.of(
            Incidents.incident(
                    "vgem-file-info",
                    "who asks for the names of a sync_file's fence, while vgem is unloaded",
                    "Why does FILE_INFO panic after rmmod vgem?",
                    "Linux 6.1.192 and 6.12.95, measured",
                    VgemIncidents::fileInfo),
            Incidents.incident(
                    "vgem-close",
                    "who closes a sync_file, while vgem is unloaded",
                    "Why does closing the sync_file still panic, with the series merged?",
                    "Linux 7.2.13, measured",
                    VgemIncidents::close));

    private VgemIncidents() {}

    private static void fileInfo(Model model, boolean fixed) {
        Var signaled = model.shared("SIGNALED", 0, "clear", "set");
        Var unloaded = model.ghost("unloaded", 0);
        Party process = model.party("process, FILE_INFO");
        if (fixed) {
            process.rcuLock();
            Reg seen = process.load(signaled, Mode.OPAQUE);
            process.whenElse(
                    now -> now.get(seen) == 0,
                    () -> call(process, "get_driver_name", unloaded),
                    () -> process.act("answers 'detached-driver'", now -> {}));
            process.rcuUnlock();
        } else {
            call(process, "get_driver_name", unloaded);
        }
        Party rmmod = model.party("rmmod vgem");
        rmmod.changeFully("the device is closed, its fences signal", signaled, (s, now) -> 1);
        unload(rmmod, unloaded);
    }

    private static void close(Model model, boolean fixed) {
        Var fences = model.shared("fences with a release op", 1);
        Var unloaded = model.ghost("unloaded", 0);
        Party process = model.party("process, close");
        process.act("drops the fence's last reference", now -> {});
        process.rcuLock();
        process.act("finds a table: vgem implements release, so that the signal left it there", now -> {});
        call(process, "release", unloaded);
        process.changeFully("the fence is freed", fences, (n, now) -> n - 1);
        process.rcuUnlock();
        Party rmmod = model.party("rmmod vgem");
        if (fixed) {
            Reg unused = rmmod.await("is refused while a fence needs the module", fences, n -> n == 0);
        }
        unload(rmmod, unloaded);
    }

    private static void unload(Party rmmod, Var unloaded) {
        rmmod.synchronize();
        rmmod.actOrdered("frees the module", now -> now.set(unloaded, 1));
    }

    private static void call(Party party, String op, Var unloaded) {
        party.act("calls ops->" + op + "()", now -> {
            now.check(now.get(unloaded) == 0, Law.FREED_TABLE, op + " was vgem's, and vgem is gone");
        });
        party.act("returns from it", now -> {
            now.check(now.get(unloaded) == 0, Law.FREED_TABLE, "vgem went while this party was in " + op);
        });
    }
}
