package org.dmafence.lockdep;

import java.util.List;
import org.dmafence.lockdep.LockdepReport.Link;
import org.dmafence.lockdep.LockdepReport.Place;
import org.jspecify.annotations.Nullable;

/** One class acquired while another was held, in which of the four ways, and who was first seen to do so in each. */
final class Order {
    static final int WAYS = 4;
    private static final int FROM_SHARED = 2;
    private static final int TO_RECURSIVE = 1;
    private static final long START_NS = System.nanoTime();

    final LockClass from;
    final LockClass to;
    private final @Nullable Link[] links = new @Nullable Link[WAYS];

    /** A bit for each way. Set under the graph's lock, looked at without it. */
    volatile int ways;

    /**
     * Ways that have closed a circle; those were reported, and are not followed to find others. Under the graph's lock.
     */
    private int closing;

    Order(LockClass from, LockClass to) {
        this.from = from;
        this.to = to;
    }

    static int way(Held from, Held to) {
        return (from.isShared() ? FROM_SHARED : 0) | (to.isRecursive() ? TO_RECURSIVE : 0);
    }

    /** Whether two links that follow each other make the first wait: a recursive reader does not wait for readers. */
    static boolean blocks(int way, int nextWay) {
        return (way & TO_RECURSIVE) == 0 || (nextWay & FROM_SHARED) == 0;
    }

    boolean has(int way) {
        return (ways & 1 << way) != 0;
    }

    boolean isFollowed(int way) {
        return ((ways & ~closing) & 1 << way) != 0;
    }

    void add(int way, Link link, boolean closes) {
        links[way] = link;
        if (closes) {
            closing |= 1 << way;
        }
        ways |= 1 << way;
    }

    Link link(int way) {
        return java.util.Objects.requireNonNull(links[way], "a way that was never seen");
    }

    static Link link(Held from, Held to, String who) {
        return new Link(from.place(), to.place(), who, System.nanoTime() - START_NS);
    }

    /** An order that needs no witness. */
    static Link given(LockClass from, LockClass to) {
        return new Link(
                new Place(from.toString(), "", List.of()),
                new Place(to.toString(), "", List.of()),
                "the known order",
                0);
    }
}
