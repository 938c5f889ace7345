package org.dmafence.compare;

import java.util.List;
import org.dmafence.replay.RunOrderCheck;
import org.jspecify.annotations.Nullable;

/**
 * The order in which jobs ran, against the trace's own.
 *
 * @param matches whether something was compared, and no job ran after one that it precedes in the trace
 * @param compared jobs that ran in both
 * @param outOfOrder jobs that ran after one that they precede in the trace
 * @param fifoBreaks jobs that ran after a later one of their own entity, which no policy allows
 * @param rings in order of appearance
 */
public record RunOrderReport(boolean matches, long compared, long outOfOrder, long fifoBreaks, List<Ring> rings) {

    /**
     * One ring.
     *
     * @param ring {@code device/name}
     * @param ranHere jobs that ran here
     * @param ranInTrace jobs that ran in the trace
     * @param firstDifference in words, null if there is none
     */
    public record Ring(
            String ring,
            boolean matches,
            long compared,
            long outOfOrder,
            long fifoBreaks,
            long ranHere,
            long ranInTrace,
            @Nullable String firstDifference) {
        private static Ring of(RunOrderCheck order) {
            String difference = order.firstFifoBreak() != null ? order.firstFifoBreak() : order.firstDifference();
            return new Ring(
                    order.ring().toString(),
                    order.compared() > 0 && order.outOfOrder() == 0,
                    order.compared(),
                    order.outOfOrder(),
                    order.fifoBreaks(),
                    order.ranHere(),
                    order.ranInTrace(),
                    difference);
        }
    }

    /** The rings of one replay, or of several. */
    public static RunOrderReport of(List<RunOrderCheck> orders) {
        long outOfOrder = orders.stream().mapToLong(RunOrderCheck::outOfOrder).sum();
        long compared = orders.stream().mapToLong(RunOrderCheck::compared).sum();
        return new RunOrderReport(
                compared > 0 && outOfOrder == 0,
                compared,
                outOfOrder,
                orders.stream().mapToLong(RunOrderCheck::fifoBreaks).sum(),
                orders.stream().map(Ring::of).toList());
    }

    /** The first difference on any ring, in words; null if there is none. */
    public @Nullable String firstDifference() {
        return rings.stream()
                .filter(ring -> ring.firstDifference() != null)
                .map(ring -> "ring " + ring.ring() + ", " + ring.firstDifference())
                .findFirst()
                .orElse(null);
    }
}
