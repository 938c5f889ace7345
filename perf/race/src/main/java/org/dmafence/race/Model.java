package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.Instant.Action;

/**
 * What a scenario consists of: shared variables, the parties' programs, and what must hold in the end. Used by one
 * thread.
 */
public final class Model {
    final List<Var> variables = new ArrayList<>();
    final List<Party> parties = new ArrayList<>();
    final List<Action> ends = new ArrayList<>();

    /**
     * A variable.
     *
     * @param values what 0, 1, ... mean, for the reader
     */
    public Var shared(String name, int initial, String... values) {
        return add(new Var(variables.size(), name, initial, false, false, values));
    }

    /** A variable of bits, lowest first. */
    public Var word(String name, int initial, String... bits) {
        return add(new Var(variables.size(), name, initial, false, true, bits));
    }

    /** A variable of no party, for the laws: what is true, whoever may know. */
    public Var ghost(String name, int initial) {
        return add(new Var(variables.size(), name, initial, true, false));
    }

    /** A spin lock, free. */
    public Var lock(String name) {
        return shared(name, 0, "free", "held");
    }

    private Var add(Var variable) {
        variables.add(variable);
        return variable;
    }

    /** A party; parties move in the order in which they are made. */
    public Party party(String name) {
        Party party = new Party(parties.size(), name);
        parties.add(party);
        return party;
    }

    /** Looks at what is left when all parties have ended, and breaks a law if it is not as it should be. */
    public void atEnd(Action look) {
        ends.add(look);
    }
}
