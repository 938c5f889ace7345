package org.dmafence.race.scenario;

import java.util.function.Consumer;
import org.dmafence.race.Instant;
import org.dmafence.race.Law;
import org.dmafence.race.Model;
import org.dmafence.race.Party;
import org.dmafence.race.Var;

/** A callback: its bit in the list, and what the laws know of it. */
final class Callback {
    static final int NOT_ADDED = 1;
    static final int ADDED = 2;
    static final int REMOVED = 3;

    final String name;
    final int bit;
    final Var begun;
    final Var done;

    /** What adding and removing answered. */
    final Var fate;

    /** What it does. */
    private final Consumer<Party> body;

    Callback(Model model, String name, int bit, Consumer<Party> body) {
        this.body = body;
        this.name = name;
        this.bit = bit;
        begun = model.ghost(name + " begun", 0);
        done = model.ghost(name + " done", 0);
        fate = model.ghost(name + " fate", 0);
        model.atEnd(this::settle);
    }

    private void settle(Instant end) {
        int fated = end.get(fate);
        boolean ran = end.get(done) != 0;
        end.check(fated != ADDED || ran, Law.CALLBACK_NEVER, name + " was added and did not run");
        end.check(fated != REMOVED || !ran, Law.CALLBACK_AFTER_REMOVE, name + " was removed and ran");
        end.check(fated != NOT_ADDED || !ran, Law.CALLBACK_NOT_DUE, name + " was not added and ran");
    }

    /** The signaller's part. */
    void run(Party party, Runnable first) {
        party.act("runs " + name, now -> {
            now.check(now.get(begun) == 0, Law.CALLBACK_TWICE, name + " was run before");
            now.set(begun, 1);
        });
        first.run();
        body.accept(party);
        party.act(name + " has finished", now -> now.set(done, 1));
    }

    /** Notes what adding answered. */
    void added(Party party, Instant.Test answer) {
        party.act("is told whether " + name + " was added", now -> {
            now.set(fate, answer.at(now) ? ADDED : NOT_ADDED);
        });
    }

    /** Notes what removing answered. */
    void removed(Party party, Instant.Test answer) {
        party.act("is told whether " + name + " was removed", now -> {
            if (answer.at(now)) {
                now.set(fate, REMOVED);
            } else {
                now.check(
                        now.get(begun) == now.get(done),
                        Law.CALLBACK_UNFINISHED,
                        "removing " + name + " answered false while it runs");
                now.check(
                        now.get(fate) != ADDED || now.get(done) != 0,
                        Law.CALLBACK_UNFINISHED,
                        "removing " + name + " answered false before it ran");
            }
        });
    }
}
