package org.dmafence.race;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.dmafence.race.Machine.Broken;
import org.dmafence.race.Move.How;
import org.dmafence.race.Outcome.Failure;
import org.dmafence.race.Outcome.Verdict;
import org.jspecify.annotations.Nullable;

/** Searches the schedules of one model. Used by one thread, once. */
final class Explorer {
    private static final int LOOK_UP = 1 << 12;

    private final Machine machine;
    private final Search search;
    private final BooleanSupplier stop;
    private final LongConsumer progress;
    private final long beganNs = System.nanoTime();
    private long states;
    private long transitions;
    private int depth;

    /**
     * Makes one.
     *
     * @param stop whether the user wants an end
     * @param progress told the number of states now and then
     */
    Explorer(Machine machine, Search search, BooleanSupplier stop, LongConsumer progress) {
        this.machine = machine;
        this.search = search;
        this.stop = stop;
        this.progress = progress;
    }

    Outcome run() {
        return search.kind() == Search.Kind.EXHAUSTIVE ? exhaustive() : random();
    }

    private Outcome outcome(Verdict verdict, @Nullable Failure failure) {
        return new Outcome(verdict, states, transitions, depth, System.nanoTime() - beganNs, failure);
    }

    // ---- all schedules, the shortest first
    // ----------------------------------------------------------------------------

    private Outcome exhaustive() {
        StateTable table = new StateTable(machine.layout.size);
        boolean unused = table.add(machine.initial(), -1, 0);
        byte[] state = new byte[machine.layout.size];
        Expansion expansion = new Expansion(table);
        int layerEnd = 1;
        for (int id = 0; id < table.size(); id++) {
            if (id == layerEnd) {
                layerEnd = table.size();
                depth++;
            }
            if ((id & LOOK_UP - 1) == 0) {
                states = table.size();
                progress.accept(states);
                if (stop.getAsBoolean()) {
                    return outcome(Verdict.STOPPED, null);
                }
            }
            expansion.last = depth >= search.bound() || table.size() >= search.maxStates();
            table.get(id, state);
            Failure failure = expansion.of(id, state);
            if (failure != null) {
                states = table.size();
                depth = failure.moves().size();
                return outcome(Verdict.FOUND, failure);
            }
        }
        states = table.size();
        return outcome(expansion.cut ? Verdict.BOUNDED : Verdict.CLEAN, null);
    }

    /** What follows a state. */
    private final class Expansion implements Machine.Sink {
        private final StateTable table;
        private int id;

        /** Whether to follow no further from here, and whether that ever left something out. */
        private boolean last;

        private boolean cut;

        private boolean moved;
        private int brokenBy;
        private @Nullable Broken broken;

        Expansion(StateTable table) {
            this.table = table;
        }

        @Nullable Failure of(int from, byte[] state) {
            id = from;
            moved = false;
            machine.successors(state, this);
            Broken by = broken;
            if (by != null) {
                List<Move> moves = path(from);
                moves.add(Move.unpack(brokenBy));
                return new Failure(by.law(), by.detail(), moves);
            }
            if (!moved) {
                Broken left = machine.judge(state);
                return left == null ? null : new Failure(left.law(), left.detail(), path(from));
            }
            return null;
        }

        @Override
        public void next(int move, byte[] state, @Nullable Broken by) {
            transitions++;
            moved |= Move.unpack(move).how() != How.EARLY; // a load that is early helps nobody on
            if (last) {
                cut = true;
                return;
            }
            if (by != null && broken == null) {
                broken = by;
                brokenBy = move;
            }
            boolean unused = table.add(state, id, move);
        }

        private List<Move> path(int to) {
            List<Move> moves = new ArrayList<>();
            for (int at = to; at > 0; at = table.parent(at)) {
                moves.add(Move.unpack(table.move(at)));
            }
            Collections.reverse(moves);
            return moves;
        }
    }

    // ---- some schedules
    // -----------------------------------------------------------------------------------------------

    private Outcome random() {
        Random random = new Random(search.seed());
        Walk walk = new Walk(random);
        for (int i = 0; i < search.walks(); i++) {
            if (stop.getAsBoolean()) {
                return outcome(Verdict.STOPPED, null);
            }
            progress.accept(states);
            Failure failure = walk.run();
            if (failure != null) {
                depth = failure.moves().size();
                return outcome(Verdict.FOUND, failure);
            }
        }
        return outcome(Verdict.BOUNDED, null);
    }

    /** One schedule after the other. */
    private final class Walk implements Machine.Sink {
        private final Random random;
        private final byte[] chosen = new byte[machine.layout.size];
        private int choices;
        private boolean moved;
        private int move;
        private @Nullable Broken broken;

        Walk(Random random) {
            this.random = random;
        }

        @Nullable Failure run() {
            List<Move> moves = new ArrayList<>();
            byte[] state = machine.initial();
            while (moves.size() < search.bound()) {
                choices = 0;
                moved = false;
                machine.successors(state, this);
                if (!moved) {
                    Broken left = machine.judge(state);
                    return left == null ? null : new Failure(left.law(), left.detail(), moves);
                }
                moves.add(Move.unpack(move));
                states++;
                depth = Math.max(depth, moves.size());
                Broken by = broken;
                if (by != null) {
                    return new Failure(by.law(), by.detail(), moves);
                }
                System.arraycopy(chosen, 0, state, 0, state.length);
            }
            return null;
        }

        /** Keeps one of all with the same chance for each. */
        @Override
        public void next(int made, byte[] state, @Nullable Broken by) {
            transitions++;
            moved |= Move.unpack(made).how() != How.EARLY;
            if (random.nextInt(++choices) == 0) {
                System.arraycopy(state, 0, chosen, 0, chosen.length);
                move = made;
                broken = by;
            }
        }
    }
}
