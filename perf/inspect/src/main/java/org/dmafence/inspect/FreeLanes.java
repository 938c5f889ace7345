package org.dmafence.inspect;

/**
 * Puts what overlaps on lanes side by side, as slices of one track must not. Takes intervals in the order of their
 * ends, as jobs and waits come.
 */
final class FreeLanes {
    private static final int MOST = 64;

    private final long[] busyUntilNs = new long[MOST];
    private int used;

    /** The lane for an interval; -1 if all are taken. */
    int take(long beginNs, long endNs) {
        for (int i = 0; i < used; i++) {
            if (busyUntilNs[i] <= beginNs) {
                busyUntilNs[i] = endNs;
                return i;
            }
        }
        if (used == MOST) {
            return -1;
        }
        busyUntilNs[used] = endNs;
        return used++;
    }
}
