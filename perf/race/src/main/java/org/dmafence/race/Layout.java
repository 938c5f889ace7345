package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;

/**
 * Where what lies in a state, which is a row of bytes: the variables, then per party its grace period, place, nesting,
 * late load, store buffer, registers and early loads.
 */
final class Layout {
    /** How many stores a buffer holds; a party whose buffer is full waits until one has become visible. */
    static final int BUFFER = 4;

    /** A store: two bytes, the variable (and how it is ordered) and the value. */
    static final int ENTRY = 2;

    /** The store of a change whose load is done: nobody else stores to the variable until it is visible. */
    static final int EXCLUSIVE = 0x20;

    static final int RELEASE = 0x40;
    static final int VOLATILE = 0x80;
    static final int VARIABLE = 0x1f;

    private static final int MAX_VARIABLES = 32;
    private static final int MAX_PARTIES = 7;

    final int variables;
    final int parties;
    final boolean weak;
    final Step[][] programs;

    /** Per party and variable: the early load's place in the party's row, -1 if it never is loaded early. */
    final int[][] early;

    /** Per party: the variables that it may load early. */
    final int[][] earlyVariables;

    private final int[] bases;
    private final int[] registers;
    final int size;

    Layout(Model model, boolean weak) {
        this.weak = weak;
        variables = model.variables.size();
        parties = model.parties.size();
        if (variables > MAX_VARIABLES || parties > MAX_PARTIES || parties == 0) {
            throw new IllegalStateException(variables + " variables and " + parties + " parties; the limits are "
                    + MAX_VARIABLES + " and 1 to " + MAX_PARTIES);
        }
        programs = model.parties.stream().map(Party::program).toArray(Step[][]::new);
        early = new int[parties][variables];
        earlyVariables = new int[parties][];
        bases = new int[parties];
        registers = new int[parties];
        int at = variables;
        for (int t = 0; t < parties; t++) {
            bases[t] = at;
            at += 4 + (weak ? 1 + BUFFER * ENTRY : 1);
            registers[t] = at;
            at += model.parties.get(t).registers.size();
            List<Integer> loaded = new ArrayList<>();
            for (int v = 0; v < variables; v++) {
                early[t][v] = -1;
                if (weak && mayLoadEarly(t, v)) {
                    early[t][v] = at++;
                    loaded.add(v);
                }
            }
            earlyVariables[t] = loaded.stream().mapToInt(i -> i).toArray();
        }
        size = (at + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    /** Early loads matter only of what others write. */
    private boolean mayLoadEarly(int party, int variable) {
        boolean loaded = false;
        for (Step step : programs[party]) {
            loaded |= step.kind == Step.Kind.LOAD && step.variable().index == variable && step.mode != Mode.VOLATILE;
        }
        boolean written = false;
        for (int t = 0; t < parties; t++) {
            for (Step step : programs[t]) {
                written |= t != party
                        && (step.kind == Step.Kind.STORE || step.kind == Step.Kind.CHANGE)
                        && step.variable().index == variable;
            }
        }
        return loaded && written;
    }

    /** The parties whose quiescence this one's grace period waits for, as bits. */
    int grace(int party) {
        return bases[party];
    }

    int place(int party) {
        return bases[party] + 1;
    }

    int nesting(int party) {
        return bases[party] + 2;
    }

    /** The place of the load that is outstanding, plus one; 0 for none. */
    int late(int party) {
        return bases[party] + 3;
    }

    /** How many stores are in the buffer; they follow. */
    int buffered(int party) {
        return bases[party] + 4;
    }

    int entry(int party, int i) {
        return bases[party] + 5 + i * ENTRY;
    }

    int register(Reg reg) {
        return registers[reg.party] + reg.index;
    }
}
