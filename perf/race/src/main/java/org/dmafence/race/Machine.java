package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.Move.How;
import org.dmafence.race.Step.Kind;
import org.jspecify.annotations.Nullable;

/** Runs a model: from a state to the states that may come next. Used by one thread. */
final class Machine {
    /*
     * Overview. What is shared is memory: one value per variable, the same for all (multi-copy atomicity). A party's store goes
     * there at once or by way of its buffer; its load reads its own buffer's latest store, else what it loaded early, else
     * memory. The rules of Memory.WEAK are all here:
     *
     *   store    may be buffered. Leaves the buffer in any order but: not before an earlier one to the same variable, and not
     *            before any earlier one if it releases.
     *   load     may be performed early, from any place from which Ahead finds it, past branches and all. What was loaded
     *            early is forgotten where something holds loads back, where the party stores to the variable, and where
     *            the variable that holds its address is loaded.
     *            If it is plain or opaque and a store follows, it may be performed late: its register is unknown until then, and whatever needs
     *            the register, or waits for loads, waits. One at a time per party.
     *   change   (compare-and-set) loads from memory and holds later loads and stores until it has; that is all if the value
     *            stays. Else its store may wait in the buffer like a volatile one: later loads and stores that are not
     *            ordered overtake it. Nobody else stores to the variable meanwhile, so that the two are one. A full one
     *            waits for the buffer to be empty and for the late load, and is visible at once; an opaque one waits for nothing.
     *            Two parties whose changes would each wait for a store that the other keeps out are not let get there: hardware
     *            fails one of the two.
     *   lock     is visible at once; earlier stores to other variables may stay in the buffer.
     *   rcu      entering and leaving order nothing. A grace period begins with an empty buffer, waits until each other party
     *            has been outside of any section with an empty buffer and no load outstanding, and makes it forget what it
     *            loaded early there.
     */
    /** Takes the states that may come next. The state is overwritten after the call. */
    interface Sink {
        void next(int move, byte[] state, List<Broken> broken);
    }

    /** A law that a step broke. */
    record Broken(Law law, String detail) {}

    private static final int UNKNOWN = 255;
    private static final int PATIENCE = 10_000;

    final Layout layout;
    private final Model model;
    private final long[][] ahead;
    private final boolean[][] stores;
    private final long[][] through;
    private final byte[] next;
    private final Frame frame = new Frame();

    Machine(Model model, Memory memory) {
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
    }

    byte[] initial() {
        byte[] state = new byte[layout.size];
        for (Var variable : model.variables) {
            state[variable.index] = (byte) variable.initial;
        }
        for (int t = 0; t < layout.parties; t++) {
            frame.enter(state, t);
            settle(t);
        }
        return state;
    }

    /** Calls the sink with each state that may come next. */
    void successors(byte[] state, Sink sink) {
        for (int t = 0; t < layout.parties; t++) {
            if (at(state, layout.place(t)) < layout.programs[t].length) {
                Step step = layout.programs[t][at(state, layout.place(t))];
                attempt(state, t, How.STEP, 0, sink);
                if (layout.weak && step.maybeBuffered()) {
                    attempt(state, t, How.BUFFER, 0, sink);
                }
                if (layout.weak && step.kind == Kind.LOAD && !step.mode.acquires()) {
                    attempt(state, t, How.DEFER, 0, sink);
                }
            }
            if (layout.weak) {
                for (int i = at(state, layout.buffered(t)) - 1; i >= 0; i--) {
                    attempt(state, t, How.DRAIN, i, sink);
                }
                for (int variable : layout.earlyVariables[t]) {
                    attempt(state, t, How.EARLY, variable, sink);
                }
                attempt(state, t, How.LATE, 0, sink);
                attempt(state, t, How.QUIESCE, 0, sink);
            }
        }
    }

    private void attempt(byte[] state, int t, How how, int index, Sink sink) {
        if (apply(state, t, how, index)) {
            sink.next(Move.pack(t, how, index), next, broken());
        }
    }

    /** The state after a move, which is valid until the next call; null if the move is not possible. */
    byte @Nullable [] after(byte[] state, Move move) {
        if (move.party() >= layout.parties || (move.how() == How.EARLY && move.index() >= layout.variables)) {
            return null;
        }
        return apply(state, move.party(), move.how(), move.index()) ? next : null;
    }

    /** The laws that the last move broke, each once. */
    List<Broken> broken() {
        return List.copyOf(frame.broken);
    }

    private boolean apply(byte[] state, int t, How how, int index) {
        System.arraycopy(state, 0, next, 0, next.length);
        frame.enter(next, t);
        boolean possible = switch (how) {
            case STEP, BUFFER, DEFER -> step(t, how);
            case DRAIN -> layout.weak && drain(t, index);
            case EARLY -> layout.weak && loadEarly(t, index);
            case LATE -> layout.weak && performLate(t);
            case QUIESCE -> layout.weak && quiesce(t);
        };
        if (!possible || frame.unknown) {
            return false;
        }
        settle(t);
        return true;
    }

    // ---- steps
    // --------------------------------------------------------------------------------------------------------

    private boolean step(int t, How how) {
        int place = at(next, layout.place(t));
        if (place >= layout.programs[t].length) {
            return false;
        }
        Step step = layout.programs[t][place];
        if (step.kind.isLocal() || !isReady(t, step)) {
            return false; // it needs a register whose load is outstanding
        }
        next[layout.place(t)] = (byte) (place + 1);
        switch (step.kind) {
            case LOAD -> {
                return how == How.DEFER ? defer(t, step, place) : load(t, step);
            }
            case STORE -> {
                return store(t, step, how == How.BUFFER);
            }
            case CHANGE -> {
                if (!change(t, step, how == How.BUFFER)) {
                    return false;
                }
            }
            case AWAIT -> {
                int seen = seen(t, step.variable().index);
                if (!step.ready.test(seen)) {
                    return false;
                }
                keep(step, seen);
            }
            case RCU_LOCK -> next[layout.nesting(t)]++;
            case RCU_UNLOCK -> {
                if (next[layout.nesting(t)]-- == 0) {
                    throw new IllegalStateException(model.parties.get(t) + " leaves a read section it is not in");
                }
            }
            case GRACE_START -> next[layout.grace(t)] = (byte) gracePeriod(t);
            case GRACE_END -> {
                if (next[layout.grace(t)] != 0) {
                    return false;
                }
            }
            case ACT -> step.action.at(frame);
            default -> {}
        }
        if (step.holdsLoads()) {
            forget(t, -1L);
        }
        return true;
    }

    /** Whether what has to come before the step has come. */
    private boolean isReady(int t, Step step) {
        if (step.waitsForLoads() && next[layout.late(t)] != 0) {
            return false;
        }
        return !step.waitsForAll() || next[layout.buffered(t)] == 0;
    }

    /** All others, and whoever waits inside of a section, which will be for ever. */
    private int gracePeriod(int t) {
        int others = (1 << layout.parties) - 1 & ~(1 << t);
        return next[layout.nesting(t)] == 0 ? others : others | 1 << t;
    }

    private boolean change(int t, Step step, boolean buffer) {
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

    private boolean load(int t, Step step) {
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

    private boolean defer(int t, Step step, int place) {
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

    private boolean performLate(int t) {
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

    private boolean loadEarly(int t, int variable) {
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

    private boolean store(int t, Step step, boolean buffer) {
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

    private boolean drain(int t, int i) {
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
    private boolean quiesce(int t) {
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

    // ---- between steps
    // ------------------------------------------------------------------------------------------------

    /** Takes the steps that are the party's own business, then drops what can't matter any more. */
    private void settle(int t) {
        Step[] program = layout.programs[t];
        byte[] state = frame.state;
        int place = at(state, layout.place(t));
        frame.local = true;
        for (int i = 0; place < program.length && program[place].kind.isLocal(); i++) {
            if (i > PATIENCE) {
                throw new IllegalStateException(model.parties.get(t) + " loops without a step");
            }
            int to = local(program[place], place);
            if (frame.unknown) {
                frame.unknown = false;
                break;
            }
            place = to;
        }
        frame.local = false;
        state[layout.place(t)] = (byte) place;
        for (int variable : layout.earlyVariables[t]) {
            if ((ahead[t][place] >> variable & 1) == 0) {
                state[layout.early[t][variable]] = 0;
            }
        }
        quiesceAll(state);
    }

    private int local(Step step, int place) {
        switch (step.kind) {
            case SET -> {
                int value = step.value.at(frame);
                if (!frame.unknown) {
                    keep(step, checked(step, value));
                }
                return place + 1;
            }
            case BRANCH -> {
                return step.test.at(frame) ? place + 1 : step.target();
            }
            default -> {
                return step.target();
            }
        }
    }

    /** Whoever has nothing to forget passes through the barrier at once. */
    private void quiesceAll(byte[] state) {
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

    // ---- memory
    // -------------------------------------------------------------------------------------------------------

    /** What the party sees: its own latest store, or memory. */
    private int seen(int t, int variable) {
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

    private void forget(int t, long variables) {
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

    private int checked(Step step, int value) {
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

    private void keep(Step step, int value) {
        if (step.reg != null) {
            frame.state[layout.register(step.reg)] = (byte) value;
        }
    }

    static int at(byte[] state, int place) {
        return state[place] & 0xff;
    }

    // ---- the end
    // ------------------------------------------------------------------------------------------------------

    /** Whether all parties have ended and all stores are visible. */
    boolean isEnd(byte[] state) {
        for (int t = 0; t < layout.parties; t++) {
            if (at(state, layout.place(t)) < layout.programs[t].length
                    || state[layout.buffered(t)] != 0
                    || state[layout.late(t)] != 0) {
                return false;
            }
        }
        return true;
    }

    /** What is wrong with a state from which nothing moves. */
    List<Broken> judge(byte[] state) {
        if (!isEnd(state)) {
            return List.of(new Broken(Law.STUCK, waiting(state)));
        }
        frame.enter(state, 0);
        for (Instant.Action look : model.ends) {
            look.at(frame);
        }
        return broken();
    }

    /** Whether some program may come back to where it was, so that going on and getting on are two things. */
    boolean hasLoops() {
        return model.parties.stream().anyMatch(Party::loops);
    }

    /** The step that a party is at; null if it has ended. */
    @Nullable Step current(byte[] state, int t) {
        int place = at(state, layout.place(t));
        return place < layout.programs[t].length ? layout.programs[t][place] : null;
    }

    private String waiting(byte[] state) {
        StringBuilder text = new StringBuilder();
        for (int t = 0; t < layout.parties; t++) {
            int place = at(state, layout.place(t));
            if (place < layout.programs[t].length) {
                text.append(text.isEmpty() ? "" : "; ")
                        .append(model.parties.get(t))
                        .append(" waits: ")
                        .append(layout.programs[t][place].text);
            }
        }
        return text.toString();
    }

    List<Party> parties() {
        return model.parties;
    }

    List<Var> variables() {
        return model.variables;
    }

    /** A step's view of the state that it makes. */
    private final class Frame implements Instant {
        private byte[] state = new byte[0];
        private boolean local;

        /** Whether a register was asked for whose load is outstanding. */
        private boolean unknown;

        private final List<Broken> broken = new ArrayList<>(1);

        void enter(byte[] made, int party) {
            state = made;
            local = false;
            unknown = false;
            broken.clear();
        }

        @Override
        public int get(Reg reg) {
            int value = at(state, layout.register(reg));
            if (value == UNKNOWN) {
                unknown = true;
                return 0;
            }
            return value;
        }

        @Override
        public int get(Var variable) {
            if (local) {
                throw new IllegalStateException("a condition looks at " + variable + "; load it into a register first");
            }
            return at(state, variable.index);
        }

        @Override
        public void set(Reg reg, int value) {
            state[layout.register(reg)] = (byte) value;
        }

        @Override
        public void set(Var ghost, int value) {
            if (!ghost.ghost) {
                throw new IllegalStateException(ghost + " is no ghost; store to it");
            }
            state[ghost.index] = (byte) value;
        }

        @Override
        public void fail(Law law, String detail) {
            if (broken.stream().noneMatch(one -> one.law.equals(law))) {
                broken.add(new Broken(law, detail));
            }
        }
    }
}
