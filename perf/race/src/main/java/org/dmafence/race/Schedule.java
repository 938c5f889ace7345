package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.race.Machine.Broken;
import org.jspecify.annotations.Nullable;

/**
 * One interleaving, for a reader.
 *
 * @param parties in their order
 * @param rows the moves
 * @param broken the laws that the last one breaks, or that are broken where it leads, with what exactly happened
 */
record Schedule(List<String> parties, List<Row> rows, List<Broken> broken) {
    /**
     * One move.
     *
     * @param party who moves, by its place among the parties
     * @param how a {@link Move.How}, in lower case
     * @param index which store or variable, for some
     * @param text what it does and with what effect
     */
    public record Row(int party, String how, int index, String text) {}

    /** A move that can't be made. */
    static final class ImpossibleException extends Exception {
        private static final long serialVersionUID = 1L;
        final int at;

        ImpossibleException(int at) {
            super("move " + (at + 1) + " is not possible");
            this.at = at;
        }
    }

    /** Makes the moves, one after the other, and tells them. */
    static Schedule of(Machine machine, List<Move> moves) throws ImpossibleException {
        List<Row> rows = new ArrayList<>();
        byte[] state = machine.initial();
        List<Broken> broken = List.of();
        for (int i = 0; i < moves.size(); i++) {
            Move move = moves.get(i);
            byte[] after =
                    Findings.areFatal(broken) || !offers(machine, state, move) ? null : machine.after(state, move);
            if (after == null) {
                throw new ImpossibleException(i);
            }
            broken = machine.broken();
            String text = new Narration(machine, state, after).of(move);
            rows.add(new Row(move.party(), move.how().toString(), move.index(), text));
            state = after.clone();
        }
        List<Broken> all = new ArrayList<>(broken);
        if (!Findings.areFatal(broken)) {
            all.addAll(canMove(machine, state) ? Livelock.of(machine, state) : machine.judge(state));
        }
        return new Schedule(machine.parties().stream().map(Party::toString).toList(), rows, all);
    }

    /** What it says of one of the laws; null if it does not break that one. */
    @Nullable Broken broken(String law) {
        return broken.stream()
                .filter(one -> one.law().name().equals(law))
                .findFirst()
                .orElse(null);
    }

    /**
     * Whether it is one of the moves that a search would try: a file may ask for any, such as to buffer what is no
     * store.
     */
    private static boolean offers(Machine machine, byte[] state, Move wanted) {
        boolean[] offered = new boolean[1];
        machine.successors(
                state, (move, after, broken) -> offered[0] |= Move.unpack(move).equals(wanted));
        return offered[0];
    }

    private static boolean canMove(Machine machine, byte[] state) {
        boolean[] can = new boolean[1];
        machine.successors(
                state, (move, after, broken) -> can[0] |= Move.unpack(move).how() != Move.How.EARLY);
        return can[0];
    }
}
