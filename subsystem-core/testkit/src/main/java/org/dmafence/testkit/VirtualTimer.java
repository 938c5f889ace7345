package org.dmafence.testkit;

/** Something to be done when virtual time has come to a point; of equal times the one set first. */
final class VirtualTimer implements Comparable<VirtualTimer> {
    final long fireNs;
    private final long order;
    final Runnable action;

    VirtualTimer(long fireNs, long order, Runnable action) {
        this.fireNs = fireNs;
        this.order = order;
        this.action = action;
    }

    @Override
    public int compareTo(VirtualTimer other) {
        int byTime = Long.compare(fireNs, other.fireNs);
        return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
}
