package org.dmafence.race;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dmafence.race.Machine.Broken;
import org.dmafence.race.Move.How;

/** Looks whether the parties can still come to an end from where they are. Used by one thread, once. */
final class Livelock implements Machine.Sink {
    /** For one that is too large to be told. */
    static final Broken UNTOLD = new Broken(Law.LIVELOCK, "no schedule leads from here to an end");

    private static final int MAX_STATES = 1_000_000;
    private static final int TOLD = 4;

    private final Machine machine;
    private final StateTable table;
    private final Endings endings = new Endings();
    private final List<Set<String>> rounds = new ArrayList<>();
    private byte[] state;
    private boolean moved;

    private Livelock(Machine machine, byte[] from) {
        this.machine = machine;
        state = from.clone();
        table = new StateTable(machine.layout.size);
        for (int t = 0; t < machine.layout.parties; t++) {
            rounds.add(new LinkedHashSet<>());
        }
    }

    /**
     * What is broken: the law and who goes round where; nothing if there is a way to an end, or it is too far to tell.
     */
    static List<Broken> of(Machine machine, byte[] from) {
        return machine.hasLoops() ? new Livelock(machine, from).look() : List.of();
    }

    private List<Broken> look() {
        int unused = table.add(state, -1, 0);
        byte[] first = state;
        state = new byte[first.length];
        for (int id = 0; id < table.size(); id++) {
            if (table.size() > MAX_STATES) {
                return List.of();
            }
            endings.begin();
            table.get(id, state);
            moved = false;
            machine.successors(state, this);
            if (!moved) {
                endings.end();
            }
        }
        return endings.firstWithout() == 0 ? List.of(new Broken(Law.LIVELOCK, told(first))) : List.of();
    }

    @Override
    public void next(int packed, byte[] to, List<Broken> broken) {
        Move move = Move.unpack(packed);
        moved |= move.how() != How.EARLY;
        if (Findings.areFatal(broken)) {
            endings.end();
            return;
        }
        endings.edge(table.add(to, 0, packed));
        Step step = machine.current(state, move.party());
        if (move.how() == How.STEP && step != null) {
            rounds.get(move.party()).add(step.text);
        }
    }

    private String told(byte[] first) {
        List<String> parts = new ArrayList<>();
        for (int t = 0; t < machine.layout.parties; t++) {
            Step step = machine.current(first, t);
            if (step == null) {
                continue;
            }
            List<String> round = List.copyOf(rounds.get(t));
            parts.add(machine.parties().get(t)
                    + (round.isEmpty()
                            ? " waits: " + step.text
                            : " goes on and on: " + String.join(", ", round.subList(0, Math.min(TOLD, round.size())))));
        }
        return String.join("; ", parts);
    }
}
