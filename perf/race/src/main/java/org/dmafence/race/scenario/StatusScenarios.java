package org.dmafence.race.scenario;

import java.util.List;
import java.util.function.Supplier;
import org.dmafence.race.Law;
import org.dmafence.race.Mode;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Question;
import org.dmafence.race.Reg;
import org.dmafence.race.Scenario;
import org.dmafence.race.Var;
import org.dmafence.race.Variant;

/** What a fence ended with: whoever has read it reads the same ever after. */
final class StatusScenarios {
    private static final Question LATER =
            new Question("May an error be set once the fence has signalled?", "dma_fence_set_error() warns of it");

    static final List<Scenario> ALL = List.of(new Scenario(
            "status-vs-signal",
            "who reads a fence's status twice, while it signals with an error",
            List.of(Variant.BROKEN, Variants.KERNEL, Variants.OWN),
            (variant, law) -> LATER,
            StatusScenarios::status));

    private static final int ACTIVE = 0;
    private static final int SUCCESS = 1;
    private static final int ERROR = 2;

    private StatusScenarios() {}

    private static void status(Model model, Variant variant) {
        Var state = model.word("state", 0, "SIGNALED", "error");
        Var lock = model.lock("lock");
        Var error = model.shared("error", 0, "none", "-EIO");
        Party signaler = model.party("signaller");
        Party reader = model.party("reader");
        if (variant.has(Trait.STATE_WORD)) {
            signaler.change("sets SIGNALED and the error", state, (s, now) -> 1 | 2);
            twice(reader, () -> own(reader, state));
            return;
        }
        boolean late = variant.equals(Variant.BROKEN);
        if (!late) {
            signaler.store(error, 1, Mode.PLAIN);
        }
        signaler.lock(lock);
        signaler.changeFully("test-and-set SIGNALED", state, (s, now) -> 1);
        signaler.unlock(lock);
        if (late) {
            signaler.store(error, 1, Mode.PLAIN);
        }
        twice(reader, () -> locked(reader, lock, state, error));
    }

    private static void twice(Party reader, Supplier<Reg> status) {
        Reg first = status.get();
        Reg second = status.get();
        reader.act("has read the status twice", now -> {
            now.check(
                    now.get(first) == ACTIVE || now.get(first) == now.get(second),
                    Law.STATUS_CHANGED,
                    "it was success, and is an error");
        });
    }

    /** {@code dma_fence_get_status()}. */
    private static Reg locked(Party party, Var lock, Var state, Var error) {
        Reg status = party.reg("status");
        party.lock(lock);
        Reg flags = party.load(state, Mode.OPAQUE);
        party.when(now -> now.get(flags) == 1, () -> {
            Reg failed = party.load(error, Mode.PLAIN);
            party.set(status, now -> now.get(failed) == 1 ? ERROR : SUCCESS);
        });
        party.unlock(lock);
        return status;
    }

    /** Two loads of one word: the error does not change once SIGNALED is set. */
    private static Reg own(Party party, Var state) {
        Reg status = party.reg("status");
        Reg flags = party.load(state, Mode.ACQUIRE);
        party.when(now -> (now.get(flags) & 1) != 0, () -> {
            Reg again = party.load(state, Mode.ACQUIRE);
            party.set(status, now -> (now.get(again) & 2) != 0 ? ERROR : SUCCESS);
        });
        return status;
    }
}
