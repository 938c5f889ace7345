package org.dmafence.race;

import org.dmafence.race.Step.Kind;

/** Which loads of a program may be performed early at each place: those that nothing in between holds back. */
final class Ahead {
    private final Step[] program;
    private final long[] ahead;

    private Ahead(Step[] program) {
        this.program = program;
        ahead = new long[program.length + 1];
    }

    /** Per place, as bits, the variables of loads at it or later that may be performed there. */
    static long[] of(Step[] program) {
        Ahead all = new Ahead(program);
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int at = program.length - 1; at >= 0; at--) {
                long now = all.at(at);
                changed |= now != all.ahead[at];
                all.ahead[at] = now;
            }
        }
        return all.ahead;
    }

    /** Per place, whether a store follows that an earlier load may be performed after. */
    static boolean[] stores(Step[] program) {
        boolean[] follows = new boolean[program.length + 1];
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int at = program.length - 1; at >= 0; at--) {
                boolean now = storeFollows(program, at, follows);
                changed |= now != follows[at];
                follows[at] = now;
            }
        }
        return follows;
    }

    private static boolean storeFollows(Step[] program, int at, boolean[] follows) {
        Step step = program[at];
        if (step.waitsForLoads()) {
            return false;
        }
        if (step.kind == Kind.STORE || step.kind == Kind.CHANGE) {
            return true;
        }
        boolean later = step.kind == Kind.JUMP ? follows[step.target()] : follows[at + 1];
        return later || (step.kind == Kind.BRANCH && follows[step.target()]);
    }

    private long at(int at) {
        Step step = program[at];
        long loads = 0;
        if (step.kind == Kind.LOAD && step.mode != Mode.VOLATILE) {
            loads = 1L << step.variable().index;
        }
        if (step.holdsLoads()) {
            return loads;
        }
        long later = step.kind == Kind.JUMP ? ahead[step.target()] : ahead[at + 1];
        if (step.kind == Kind.BRANCH) {
            later |= ahead[step.target()];
        }
        if (step.kind == Kind.STORE) {
            later &= ~(1L << step.variable().index); // it will read what was stored
        } else if (step.kind == Kind.LOAD) {
            later &= ~through(step.variable());
        }
        return loads | later;
    }

    /** The variables whose address the program reads from this one. */
    private long through(Var address) {
        long variables = 0;
        for (Step step : program) {
            if (step.kind == Kind.LOAD && step.address == address) {
                variables |= 1L << step.variable().index;
            }
        }
        return variables;
    }
}
