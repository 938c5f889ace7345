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
 * @param law what the last one breaks, null if none is
 * @param detail what exactly happened
 */
public record Schedule(
        List<String> parties, List<Row> rows, @Nullable Law law, String detail) {
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

    /** Makes the moves, one after the other, and tells them; what was broken on the way is that of the last one. */
    static Schedule of(Machine machine, List<Move> moves) throws ImpossibleException {
        List<Row> rows = new ArrayList<>();
        byte[] state = machine.initial();
        Broken broken = null;
        for (int i = 0; i < moves.size(); i++) {
            Move move = moves.get(i);
            byte[] after = machine.after(state, move);
            if (after == null || broken != null) {
                throw new ImpossibleException(i);
            }
            broken = machine.broken();
            String text = new Narration(machine, state, after).of(move);
            rows.add(new Row(move.party(), move.how().toString(), move.index(), text));
            state = after.clone();
        }
        if (broken == null && !canMove(machine, state)) {
            broken = machine.judge(state);
        }
        List<String> parties = machine.parties().stream().map(Party::toString).toList();
        return broken == null
                ? new Schedule(parties, rows, null, "")
                : new Schedule(parties, rows, broken.law(), broken.detail());
    }

    private static boolean canMove(Machine machine, byte[] state) {
        boolean[] can = new boolean[1];
        machine.successors(
                state, (move, after, broken) -> can[0] |= Move.unpack(move).how() != Move.How.EARLY);
        return can[0];
    }
}
