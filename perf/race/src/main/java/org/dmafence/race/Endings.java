package org.dmafence.race;

import java.util.Arrays;
import java.util.BitSet;

/**
 * From which states of a search an end can be reached: the edges, backwards. A state from which none can is in a
 * livelock, whatever the scheduler does. Used by one thread.
 */
final class Endings {
    private int[] offsets = new int[1 << 10];
    private int[] targets = new int[1 << 12];
    private int sources;
    private int edges;
    private final BitSet ends = new BitSet();

    /** Begins the next state, in the order of their numbers. */
    void begin() {
        if (sources == offsets.length) {
            offsets = Arrays.copyOf(offsets, sources * 2);
        }
        offsets[sources++] = edges;
    }

    /** One may get from the state that was begun last to this one. */
    void edge(int target) {
        if (edges == targets.length) {
            targets = Arrays.copyOf(targets, edges * 2);
        }
        targets[edges++] = target;
    }

    /** The state that was begun last is an end, or leads to one, or nobody looked what it leads to. */
    void end() {
        ends.set(sources - 1);
    }

    /** The first state that leads to no end, -1 for none. */
    int firstWithout() {
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int source = sources - 1; source >= 0; source--) {
                if (!ends.get(source) && leadsToEnd(source)) {
                    ends.set(source);
                    changed = true;
                }
            }
        }
        int first = ends.nextClearBit(0);
        return first < sources ? first : -1;
    }

    private boolean leadsToEnd(int source) {
        int to = source + 1 < sources ? offsets[source + 1] : edges;
        for (int i = offsets[source]; i < to; i++) {
            if (targets[i] >= sources || ends.get(targets[i])) {
                return true;
            }
        }
        return false;
    }
}
