package org.dmafence.rcu;

import org.agrona.concurrent.NanoClock;

/** One grace period on its way: a cursor over the readers. Used by one thread at a time. */
final class GracePeriod {
    // The cursor never goes back: a reader that was seen outside, or in a new section, may store an old epoch
    // afterwards, but its section then began after the barrier (GracePeriods, G2).

    private final GracePeriods periods;
    private final ReaderRegistry registry;
    private final long target;
    private final NanoClock clock;
    private final long stallTimeoutNs;
    private final ReaderChunk[] chunks;
    private int chunk;
    private int slot;
    private boolean ended;

    private boolean blocked;
    private long blockedSinceNs;
    private long nextReportNs;

    GracePeriod(GracePeriods periods, ReaderRegistry registry, long target, NanoClock clock, long stallTimeoutNs) {
        this.periods = periods;
        this.registry = registry;
        this.target = target;
        this.clock = clock;
        this.stallTimeoutNs = stallTimeoutNs;
        this.chunks = registry.chunks();
    }

    /** Moves on as far as the readers allow; true when the grace period has ended. Never blocks. */
    boolean poll() {
        if (ended) {
            return true;
        }
        if (!periods.isCompleted(target)) {
            if (!scan()) {
                return false;
            }
            periods.complete(target);
        }
        ended = true;
        return periods.isCompleted(target);
    }

    private boolean scan() {
        for (; chunk < chunks.length; chunk++, slot = 0) {
            ReaderChunk current = chunks[chunk];
            while (slot < current.size()) {
                long entry = current.epochOf(slot);
                if (entry > 0 && entry < target) {
                    long blockedNs = blockedNs();
                    if (!registry.reapIfDead(current, slot, blockedNs)) {
                        reportStall(blockedNs);
                        return false;
                    }
                } else {
                    slot++;
                }
            }
        }
        return true;
    }

    private long blockedNs() {
        long nowNs = clock.nanoTime();
        if (!blocked) {
            blocked = true;
            blockedSinceNs = nowNs;
            nextReportNs = stallTimeoutNs;
        }
        return nowNs - blockedSinceNs;
    }

    private void reportStall(long blockedNs) {
        if (blockedNs >= nextReportNs) {
            // The kernel's interval of repetition; capped, as a time-out of centuries would overflow.
            nextReportNs = blockedNs + 3 * Math.min(stallTimeoutNs, Long.MAX_VALUE / 8);
            registry.reportStalled(target, blockedNs);
        }
    }
}
