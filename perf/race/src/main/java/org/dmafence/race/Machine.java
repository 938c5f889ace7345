package org.dmafence.race;

import java.util.List;
import org.dmafence.race.Move.How;
import org.dmafence.race.Step.Kind;
import org.jspecify.annotations.Nullable;

/** Runs a model: from a state to the states that may come next. Used by one thread. */
final class Machine extends SharedMemory {
    /** Takes the states that may come next. The state is overwritten after the call. */
    interface Sink {
        void next(int move, byte[] state, List<Broken> broken);
    }

    /** A law that a step broke. */
    record Broken(Law law, String detail) {}

    private static final int PATIENCE = 10_000;

    Machine(Model model, Memory memory) {
        super(model, memory);
    }

    byte[] initial() {
        byte[] state = new byte[layout.size];
        for (Var variable : model.variables) {
            state[variable.index] = (byte) variable.initial;
        }
        for (int t = 0; t < layout.parties; t++) {
            frame.enter(state);
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
        frame.enter(next);
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

    // ---- steps -----------------------------------------------------------------------------------------------------

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

    // ---- between steps ---------------------------------------------------------------------------------------------

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

    // ---- the end ---------------------------------------------------------------------------------------------------

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
        frame.enter(state);
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
}
