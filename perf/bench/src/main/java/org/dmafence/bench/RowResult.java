package org.dmafence.bench;

import org.jspecify.annotations.Nullable;

/**
 * A line of the table, measured.
 *
 * @param name what the command line chooses it by
 * @param what for people
 * @param group the contenders measured in one process
 * @param direction whether less or more is better
 * @param bar what {@code value} is to reach; {@code null} if it is only to be seen
 * @param stretch what would be better still
 * @param ours the contender that is to be good
 * @param oursFigure its p10 or median, as its metric is
 * @param peer whom it is compared with; {@code null} when the bar is a number
 * @param peerFigure the peer's
 * @param unit of both
 * @param windows of each, that these are figures of
 * @param value their ratio, or our figure itself where there is no peer
 * @param spread of that, of rounds drawn from those that were measured
 * @param note why there is no value, or why the bar is out of reach
 */
public record RowResult(
        String name,
        String what,
        String group,
        Direction direction,
        @Nullable Double bar,
        @Nullable Double stretch,
        String ours,
        @Nullable Double oursFigure,
        @Nullable String peer,
        @Nullable Double peerFigure,
        String unit,
        int windows,
        @Nullable Double value,
        @Nullable Summary spread,
        Verdict verdict,
        @Nullable String note) {}
