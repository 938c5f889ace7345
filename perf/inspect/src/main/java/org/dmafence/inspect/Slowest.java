package org.dmafence.inspect;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/** Keeps the few that took longest. */
final class Slowest<T> {
    private final int most;
    private final ToLongFunction<T> time;
    private final PriorityQueue<T> kept;

    Slowest(int most, ToLongFunction<T> time) {
        this.most = most;
        this.time = time;
        kept = new PriorityQueue<>(Comparator.comparingLong(time));
    }

    void offer(T one) {
        kept.add(one);
        if (kept.size() > most) {
            kept.remove();
        }
    }

    /** The longest first. */
    List<T> list() {
        return kept.stream().sorted(Comparator.comparingLong(time).reversed()).toList();
    }
}
