package org.dmafence.race;

import org.dmafence.race.Step.Kind;

/** Tells what a move did, from the states around it. */
final class Narration {
    private final Machine machine;
    private final byte[] before;
    private final byte[] after;

    Narration(Machine machine, byte[] before, byte[] after) {
        this.machine = machine;
        this.before = before;
        this.after = after;
    }

    String of(Move move) {
        int t = move.party();
        Layout layout = machine.layout;
        return switch (move.how()) {
            case STEP -> step(t, current(t));
            case BUFFER -> {
                if (current(t).kind == Kind.CHANGE) {
                    yield change(
                                    current(t),
                                    Machine.at(after, layout.entry(t, Machine.at(before, layout.buffered(t))) + 1))
                            + ", for itself so far";
                }
                int last = layout.entry(t, Machine.at(before, layout.buffered(t)));
                yield current(t).text + " := " + value(current(t).variable(), Machine.at(after, last + 1))
                        + ", for itself so far";
            }
            case DEFER -> current(t).text + " later";
            case DRAIN -> {
                int entry = layout.entry(t, move.index());
                Var stored = machine.variables().get(before[entry] & Layout.VARIABLE);
                yield "its " + stored + " := " + value(stored, Machine.at(before, entry + 1)) + " becomes visible";
            }
            case EARLY -> {
                Var loaded = machine.variables().get(move.index());
                yield "ahead of its turn, reads " + loaded + ": " + value(loaded, before[loaded.index] & 0xff);
            }
            case LATE -> {
                Step late = layout.programs[t][Machine.at(before, layout.late(t)) - 1];
                yield "only now " + late.text + ": "
                        + value(late.variable(), Machine.at(before, late.variable().index));
            }
            case QUIESCE -> "passes through a barrier for the grace period";
        };
    }

    private Step current(int t) {
        return machine.layout.programs[t][Machine.at(before, machine.layout.place(t))];
    }

    private String step(int t, Step step) {
        return switch (step.kind) {
            case LOAD -> load(t, step);
            case STORE ->
                isLock(step)
                        ? step.text
                        : step.text + " := " + value(step.variable(), Machine.at(after, step.variable().index));
            case CHANGE -> change(step, Machine.at(after, step.variable().index));
            case AWAIT -> step.text + ": " + value(step.variable(), Machine.at(before, step.variable().index));
            default -> step.text;
        };
    }

    private String load(int t, Step step) {
        Var variable = step.variable();
        int slot = machine.layout.early[t][variable.index];
        if (slot >= 0 && before[slot] != 0) {
            return step.text + ": " + value(variable, Machine.at(before, slot) - 1) + ", as loaded early";
        }
        int count = Machine.at(before, machine.layout.buffered(t));
        for (int i = count - 1; i >= 0; i--) {
            int entry = machine.layout.entry(t, i);
            if ((before[entry] & Layout.VARIABLE) == variable.index) {
                return step.text + ": " + value(variable, Machine.at(before, entry + 1)) + ", its own";
            }
        }
        return step.text + ": " + value(variable, Machine.at(before, variable.index));
    }

    private String change(Step step, int now) {
        int old = Machine.at(before, step.variable().index);
        if (isLock(step)) {
            return step.text;
        }
        return step.text + ": " + step.variable() + " "
                + (old == now
                        ? "stays " + value(step.variable(), now)
                        : "from " + value(step.variable(), old) + " to " + value(step.variable(), now));
    }

    /** Whether the text says it all. */
    private static boolean isLock(Step step) {
        return step.text.startsWith("locks ") || step.text.startsWith("unlocks ") || step.kind == Kind.ACT;
    }

    private static String value(Var variable, int value) {
        return variable.text(value);
    }
}
