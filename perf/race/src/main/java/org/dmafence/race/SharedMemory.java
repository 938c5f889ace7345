package org.dmafence.race;

import org.dmafence.race.Step.Kind;

/** What the parties share, and what each has not shown the others yet: how loads, stores and changes act on a state. */
abstract sealed class SharedMemory permits Machine {
    /*
     * Overview. What is shared is memory: one value per variable, the same for all (multi-copy atomicity). A party's
     * store goes there at once or by way of its buffer; its load reads its own buffer's latest store, else what it
     * loaded early, else memory. The rules of Memory.WEAK are all here:
     *
     *   store    may be buffered. Leaves the buffer in any order but: not before an earlier one to the same variable, and not
     *            before any earlier one if it releases.
     *   load     may be performed early, from any place from which Ahead finds it, past branches and all. What was loaded
     *            early is forgotten where something holds loads back, where the party stores to the variable, and where
     *            the variable that holds its address is loaded.
     *            If it is plain or opaque and a store follows, it may be performed late: its register is unknown until
     *            then, and whatever needs the register, or waits for loads, waits. One at a time per party.
     *   change   (compare-and-set) loads from memory and holds later loads and stores until it has; that is all if the value
     *            stays. Else its store may wait in the buffer like a volatile one: later loads and stores that are not
     *            ordered overtake it. Nobody else stores to the variable meanwhile, so that the two are one. A full one
     *            waits for the buffer to be empty and for the late load, and is visible at once; an opaque one waits
     *            for nothing. Two parties whose changes would each wait for a store that the other keeps out are not
     *            let get there: hardware fails one of the two.
     *   lock     is visible at once; earlier stores to other variables may stay in the buffer.
     *   rcu      entering and leaving order nothing. A grace period begins with an empty buffer, waits until each other party
     *            has been outside of any section with an empty buffer and no load outstanding, and makes it forget what
     *            it loaded early there.
     */
    static final int UNKNOWN = 255;

    final Layout layout;
    final Model model;
    final long[][] ahead;
    private final boolean[][] stores;
    private final long[][] through;

    /** The state that is being made. */
    final byte[] next;

    final Frame frame;

    SharedMemory(Model model, Memory memory) {
        this.model = model;
        layout = new Layout(model, memory == Memory.WEAK);
        ahead = new long[layout.parties][];
        stores = new boolean[layout.parties][];
        through = new long[layout.parties][layout.variables];
        for (int t = 0; t < layout.parties; t++) {
            ahead[t] = Ahead.of(layout.programs[t]);
            stores[t] = Ahead.stores(layout.programs[t]);
            for (Step step : layout.programs[t]) {
                if (step.address != null) {
                    through[t][step.address.index] |= 1L << step.variable().index;
                }
            }
        }
        next = new byte[layout.size];
        frame = new Frame(layout);
    }

    final boolean change(int t, Step step, boolean buffer) {
        int variable = step.variable().index;
        int old = at(next, variable);
        boolean volatileLoad = step.mode == Mode.VOLATILE;
        if (!step.ready.test(old)
                || stored(t, variable) >= 0
                || isKeptOut(t, variable)
                || (volatileLoad && hasVolatileStore(t))) {
            return false;
        }
        int value = step.change.of(old, frame);
        if (buffer
                ? value == old || wouldBlock(t, variable)
                : value != old && volatileLoad && next[layout.buffered(t)] != 0) {
            return false;
        }
        forget(t, 1L << variable);
        keep(step, old);
        if (buffer) {
            int order = Layout.EXCLUSIVE | (volatileLoad ? Layout.RELEASE | Layout.VOLATILE : 0);
            return enter(t, variable, order, value);
        }
        write(variable, value);
        return true;
    }

    /** Whether somebody else's change of the variable is under way. */
    private boolean isKeptOut(int t, int variable) {
        for (int u = 0; u < layout.parties; u++) {
            for (int i = u == t ? 0 : next[layout.buffered(u)]; i > 0; i--) {
                int entry = next[layout.entry(u, i - 1)];
                if ((entry & Layout.EXCLUSIVE) != 0 && (entry & Layout.VARIABLE) == variable) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether this party's change and another's would each wait for a store that the other keeps out. */
    private boolean wouldBlock(int t, int variable) {
        boolean waits = false;
        boolean awaited = false;
        for (int u = 0; u < layout.parties; u++) {
            boolean changes = false;
            boolean stores = false;
            for (int i = u == t ? 0 : next[layout.buffered(u)]; i > 0; i--) {
                int entry = next[layout.entry(u, i - 1)];
                if ((entry & Layout.EXCLUSIVE) != 0) {
                    changes = true;
                    waits |= stored(t, entry & Layout.VARIABLE) >= 0;
                }
                stores |= (entry & Layout.VARIABLE) == variable;
            }
            awaited |= changes && stores;
        }
        return waits && awaited;
    }

    final boolean load(int t, Step step) {
        int variable = step.variable().index;
        if (step.mode == Mode.VOLATILE && hasVolatileStore(t)) {
            return false;
        }
        int slot = layout.early[t][variable];
        if (slot >= 0 && next[slot] != 0) {
            keep(step, at(next, slot) - 1);
            next[slot] = 0;
        } else {
            keep(step, seen(t, variable));
            forget(t, through[t][variable]);
        }
        if (step.holdsLoads()) {
            forget(t, -1L);
        }
        return true;
    }

    final boolean defer(int t, Step step, int place) {
        int variable = step.variable().index;
        int slot = layout.early[t][variable];
        if (step.mode.acquires()
                || next[layout.late(t)] != 0
                || stored(t, variable) >= 0
                || slot < 0 // nobody else writes it
                || next[slot] != 0
                || !stores[t][place + 1]) {
            return false;
        }
        next[layout.late(t)] = (byte) (place + 1);
        keep(step, UNKNOWN);
        return true;
    }

    final boolean performLate(int t) {
        int late = at(next, layout.late(t));
        if (late == 0) {
            return false;
        }
        Step step = layout.programs[t][late - 1];
        next[layout.late(t)] = 0;
        int variable = step.variable().index;
        keep(step, at(next, variable));
        forget(t, through[t][variable]);
        return true;
    }

    final boolean loadEarly(int t, int variable) {
        int slot = layout.early[t][variable];
        int place = at(next, layout.place(t));
        if (slot < 0 || next[slot] != 0 || (ahead[t][place] >> variable & 1) == 0 || stored(t, variable) >= 0) {
            return false;
        }
        Step step = layout.programs[t][place];
        if (step.kind == Kind.LOAD && step.variable().index == variable) {
            return false; // it is its turn
        }
        int late = at(next, layout.late(t));
        if (late != 0 && layout.programs[t][late - 1].variable().index == variable) {
            return false; // loads of one variable keep their order
        }
        next[slot] = (byte) (at(next, variable) + 1);
        forget(t, through[t][variable]);
        return true;
    }

    final boolean store(int t, Step step, boolean buffer) {
        int variable = step.variable().index;
        int late = at(next, layout.late(t));
        if (late != 0 && layout.programs[t][late - 1].variable().index == variable) {
            return false;
        }
        int value = checked(step, step.value.at(frame));
        forget(t, 1L << variable);
        if (!layout.weak) {
            write(variable, value);
            return true;
        }
        int order = (step.mode.releases() ? Layout.RELEASE : 0) | (step.mode == Mode.VOLATILE ? Layout.VOLATILE : 0);
        if (buffer) {
            return enter(t, variable, order, value);
        }
        if (!mayLeave(t, next[layout.buffered(t)], variable, order)) {
            return false;
        }
        write(variable, value);
        return true;
    }

    /** Puts a store into the buffer, if there is room. */
    private boolean enter(int t, int variable, int order, int value) {
        int count = next[layout.buffered(t)];
        if (count == Layout.BUFFER) {
            return false;
        }
        checkRange(model.variables.get(variable), value);
        next[layout.entry(t, count)] = (byte) (variable | order);
        next[layout.entry(t, count) + 1] = (byte) value;
        next[layout.buffered(t)]++;
        return true;
    }

    final boolean drain(int t, int i) {
        int count = next[layout.buffered(t)];
        if (i >= count) {
            return false;
        }
        int first = layout.entry(t, i);
        int variable = next[first] & Layout.VARIABLE;
        if (!mayLeave(t, i, variable, next[first] & ~Layout.VARIABLE)) {
            return false;
        }
        write(variable, at(next, first + 1));
        int end = layout.entry(t, count);
        System.arraycopy(next, first + Layout.ENTRY, next, first, end - first - Layout.ENTRY);
        next[end - 2] = 0;
        next[end - 1] = 0;
        next[layout.buffered(t)]--;
        return true;
    }

    /** Whether a store may become visible before those that are in the buffer in front of it. */
    private boolean mayLeave(int t, int before, int variable, int order) {
        if ((before > 0 && (order & Layout.RELEASE) != 0) || isKeptOut(t, variable)) {
            return false;
        }
        for (int i = 0; i < before; i++) {
            if ((next[layout.entry(t, i)] & Layout.VARIABLE) == variable) {
                return false;
            }
        }
        return true;
    }

    /** A processor passes through a barrier for somebody's grace period. */
    final boolean quiesce(int t) {
        boolean awaited = false;
        for (int u = 0; u < layout.parties; u++) {
            awaited |= (next[layout.grace(u)] >> t & 1) != 0;
        }
        if (!awaited || !isOutside(next, t)) {
            return false;
        }
        forget(t, -1L);
        return true;
    }

    private boolean isOutside(byte[] state, int t) {
        return state[layout.nesting(t)] == 0 && state[layout.buffered(t)] == 0 && state[layout.late(t)] == 0;
    }

    /** Whoever has nothing to forget passes through the barrier at once. */
    final void quiesceAll(byte[] state) {
        for (int u = 0; u < layout.parties; u++) {
            int awaited = at(state, layout.grace(u));
            for (int t = 0; awaited != 0 && t < layout.parties; t++) {
                if ((awaited >> t & 1) != 0 && isOutside(state, t) && !hasEarly(state, t)) {
                    awaited &= ~(1 << t);
                }
            }
            state[layout.grace(u)] = (byte) awaited;
        }
    }

    private boolean hasEarly(byte[] state, int t) {
        for (int variable : layout.earlyVariables[t]) {
            if (state[layout.early[t][variable]] != 0) {
                return true;
            }
        }
        return false;
    }

    /** What the party sees: its own latest store, or memory. */
    final int seen(int t, int variable) {
        int own = stored(t, variable);
        return own >= 0 ? own : at(next, variable);
    }

    /** The party's latest store that is in its buffer; -1 for none. */
    private int stored(int t, int variable) {
        for (int i = next[layout.buffered(t)] - 1; i >= 0; i--) {
            if ((next[layout.entry(t, i)] & Layout.VARIABLE) == variable) {
                return at(next, layout.entry(t, i) + 1);
            }
        }
        return -1;
    }

    private boolean hasVolatileStore(int t) {
        for (int i = next[layout.buffered(t)] - 1; i >= 0; i--) {
            if ((next[layout.entry(t, i)] & Layout.VOLATILE) != 0) {
                return true;
            }
        }
        return false;
    }

    final void forget(int t, long variables) {
        for (int variable : layout.earlyVariables[t]) {
            if ((variables >> variable & 1) != 0) {
                next[layout.early[t][variable]] = 0;
            }
        }
    }

    private void write(int variable, int value) {
        checkRange(model.variables.get(variable), value);
        next[variable] = (byte) value;
    }

    final int checked(Step step, int value) {
        if (!frame.unknown) {
            checkRange(step.text, value);
        }
        return value;
    }

    private static void checkRange(Object what, int value) {
        if (value < 0 || value > Var.MAX) {
            throw new IllegalStateException(what + " := " + value + "; 0 to " + Var.MAX + " fit");
        }
    }

    final void keep(Step step, int value) {
        if (step.reg != null) {
            frame.state[layout.register(step.reg)] = (byte) value;
        }
    }

    static int at(byte[] state, int place) {
        return state[place] & 0xff;
    }
}
