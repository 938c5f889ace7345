package org.dmafence.race;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.dmafence.race.Machine.Broken;
import org.dmafence.race.Move.How;
import org.dmafence.race.Outcome.Verdict;
import org.jspecify.annotations.Nullable;

/** Searches the schedules of one model. Used by one thread, once. */
final class Explorer {
    private static final int LOOK_UP = 1 << 12;

    /** How long a random schedule may be before somebody asks whether it can end at all. */
    private static final int PATIENCE = 1000;

    private final Machine machine;
    private final Search search;
    private final BooleanSupplier stop;
    private final LongConsumer progress;
    private final Findings findings = new Findings();
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
        if (search.kind() == Search.Kind.RANDOM) {
            return random();
        }
        try {
            return exhaustive();
        } catch (OutOfMemoryError e) {
            return outcome(Verdict.UNFINISHED); // there are fewer states that fit than may be; they are garbage by now
        }
    }

    private Outcome outcome(Verdict without) {
        return new Outcome(
                findings.isEmpty() ? without : Verdict.FOUND,
                without == Verdict.CLEAN,
                states,
                transitions,
                depth,
                System.nanoTime() - beganNs,
                findings.sorted());
    }

    // ---- all schedules, the shortest first -------------------------------------------------------------------------

    private Outcome exhaustive() {
        StateTable table = new StateTable(machine.layout.size);
        int unused = table.add(machine.initial(), -1, 0);
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
                    return outcome(Verdict.STOPPED);
                }
            }
            table.get(id, state);
            expansion.of(id, state);
        }
        states = table.size();
        expansion.findLivelock(state);
        return outcome(expansion.full ? Verdict.UNFINISHED : expansion.bounded ? Verdict.BOUNDED : Verdict.CLEAN);
    }

    /** What follows a state. After a law that stops the machine nothing does; after another one all that would have. */
    private final class Expansion implements Machine.Sink {
        private final StateTable table;

        /** Null if no program goes back: then all schedules come to an end. */
        private final @Nullable Endings endings = machine.hasLoops() ? new Endings() : null;

        private int id;
        private boolean moved;

        /** Whether the bound left moves out, and whether states were, for which there was no room. */
        private boolean bounded;

        private boolean full;

        Expansion(StateTable table) {
            this.table = table;
        }

        void of(int from, byte[] state) {
            id = from;
            moved = false;
            if (endings != null) {
                endings.begin();
            }
            machine.successors(state, this);
            if (!moved) {
                end();
                findings.add(machine.judge(state), depth, () -> path(from));
            }
        }

        @Override
        public void next(int move, byte[] state, List<Broken> broken) {
            transitions++;
            moved |= Move.unpack(move).how() != How.EARLY; // a load that is early helps nobody on
            if (depth >= search.bound()) {
                bounded = true;
                end();
                return;
            }
            if (!broken.isEmpty()) {
                findings.add(broken, depth + 1, () -> {
                    List<Move> moves = path(id);
                    moves.add(Move.unpack(move));
                    return moves;
                });
                if (Findings.areFatal(broken)) {
                    end();
                    return;
                }
            }
            int to = table.add(state, id, move, search.maxStates());
            if (to < 0) {
                full = true;
                end();
            } else if (endings != null) {
                endings.edge(to);
            }
        }

        private void end() {
            if (endings != null) {
                endings.end();
            }
        }

        void findLivelock(byte[] state) {
            int first = endings == null ? -1 : endings.firstWithout();
            if (first >= 0) {
                table.get(first, state);
                List<Move> moves = path(first);
                List<Broken> told = Livelock.of(machine, state);
                findings.add(told.isEmpty() ? List.of(Livelock.UNTOLD) : told, moves.size(), () -> moves);
            }
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

    // ---- some schedules --------------------------------------------------------------------------------------------

    private Outcome random() {
        Random random = new Random(search.seed());
        Walk walk = new Walk(random);
        for (int i = 0; i < search.walks(); i++) {
            if (stop.getAsBoolean()) {
                return outcome(Verdict.STOPPED);
            }
            progress.accept(states);
            walk.run();
        }
        return outcome(Verdict.BOUNDED);
    }

    /** One schedule after the other. */
    private final class Walk implements Machine.Sink {
        private final Random random;
        private final byte[] chosen = new byte[machine.layout.size];
        private int choices;
        private boolean moved;
        private int move;
        private List<Broken> broken = List.of();

        Walk(Random random) {
            this.random = random;
        }

        void run() {
            List<Move> moves = new ArrayList<>();
            byte[] state = machine.initial();
            int most = Math.min(search.bound(), PATIENCE);
            while (moves.size() < most) {
                choices = 0;
                moved = false;
                machine.successors(state, this);
                if (!moved) {
                    findings.add(machine.judge(state), moves.size(), () -> moves);
                    return;
                }
                moves.add(Move.unpack(move));
                states++;
                depth = Math.max(depth, moves.size());
                findings.add(broken, moves.size(), () -> List.copyOf(moves));
                if (Findings.areFatal(broken)) {
                    return;
                }
                System.arraycopy(chosen, 0, state, 0, state.length);
            }
            if (most == PATIENCE) {
                findings.add(Livelock.of(machine, state), moves.size(), () -> moves);
            }
        }

        /** Keeps one of all with the same chance for each. */
        @Override
        public void next(int made, byte[] state, List<Broken> by) {
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
