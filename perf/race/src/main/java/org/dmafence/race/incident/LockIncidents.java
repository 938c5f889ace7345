package org.dmafence.race.incident;

import java.util.List;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;

/** An order of two locks, and a name that is asked too late. */
final class LockIncidents {
    static final List<Scenario> ALL = List.of(
            Incidents.incident(
                    "array-lock-inversion",
                    "who adds a callback to an array, while the array's member signals",
                    "May a callback signal another fence?",
                    "Linux 4.8 until 4.15; noted Oct 2016, fixed Nov 2017",
                    LockIncidents::inversion),
            Incidents.incident(
                    "trace-after-signal",
                    "a tracepoint that asks for a name, after the fence has signalled and its timeline was freed",
                    "How long does a timeline live?",
                    "i915, Linux 4.10 and 4.11; fixed Apr 2017",
                    LockIncidents::name));

    private LockIncidents() {}

    private static void inversion(Model model, boolean fixed) {
        Var ofArray = model.lock("the array's lock");
        Var ofMember = model.lock("the member's lock");
        Var work = model.shared("irq_work", 0, "none", "queued");
        Party consumer = model.party("consumer");
        consumer.lock(ofArray);
        consumer.act("enable_signaling of the array: adds itself to the member", now -> {});
        consumer.lock(ofMember);
        consumer.unlock(ofMember);
        consumer.unlock(ofArray);
        Party interrupt = model.party("interrupt");
        interrupt.lock(ofMember);
        interrupt.act("the member signals, its callback was the last", now -> {});
        if (fixed) {
            interrupt.store(work, 1, Mode.RELEASE);
        } else {
            interrupt.lock(ofArray);
            interrupt.unlock(ofArray);
        }
        interrupt.unlock(ofMember);
        if (fixed) {
            Party later = model.party("irq_work");
            Reg due = later.await("is queued", work, w -> w == 1);
            later.lock(ofArray);
            later.act("signals the array", now -> {});
            later.unlock(ofArray);
        }
    }

    /** i915 retires a request once it has signalled, and its context after the last of them. */
    private static void name(Model model, boolean fixed) {
        Var signaled = model.shared("SIGNALED", 0, "clear", "set");
        Var freed = model.ghost("timeline freed", 0);
        Party tracer = model.party("who drops a reference, traced");
        if (fixed) {
            tracer.rcuLock();
            Reg seen = tracer.load(signaled, Mode.OPAQUE);
            tracer.whenElse(
                    now -> now.get(seen) == 0,
                    () -> ask(tracer, freed),
                    () -> tracer.act("writes 'signaled' for the name", now -> {}));
            tracer.rcuUnlock();
        } else {
            ask(tracer, freed);
        }
        Party retire = model.party("retire worker");
        retire.changeFully("the request signals", signaled, (s, now) -> 1);
        if (fixed) {
            retire.synchronize();
        }
        retire.actOrdered("frees the context, with the timeline", now -> now.set(freed, 1));
    }

    private static void ask(Party party, Var freed) {
        party.act("get_timeline_name() of the fence", now -> {});
        party.act("prints the string", now -> {
            now.check(now.get(freed) == 0, Law.FREED_STRING, "it lay in the timeline, which was freed");
        });
    }
}
