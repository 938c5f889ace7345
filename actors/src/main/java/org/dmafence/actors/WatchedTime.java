package org.dmafence.actors;

import org.agrona.concurrent.NanoClock;

/**
 * The runtime's time as far as somebody watched: what passes between two looks counts up to a step, however long it
 * was, and what passes while there is nothing to see counts nothing. So a process that was stopped, a clock that was
 * set and a long collection make nobody late, and what really hangs is still found after a bounded number of looks.
 *
 * <p>The actor's thread alone uses it.
 */
final class WatchedTime {
    private final NanoClock clock;
    private final long stepNs;
    private long lookedNs;

    /** What went by unwatched, together. */
    private long unwatchedNs;

    /** @param stepNs how much of the time between two looks counts at most */
    WatchedTime(NanoClock clock, long stepNs) {
        this.clock = clock;
        this.stepNs = stepNs;
        lookedNs = clock.nanoTime();
    }

    /**
     * Looks at the clock.
     *
     * @param blind whether there was nothing to see since the last look
     * @return how much time has passed, watched
     */
    long look(boolean blind) {
        long nowNs = clock.nanoTime();
        long passedNs = nowNs - lookedNs;
        lookedNs = nowNs;
        long seenNs = blind ? 0 : Math.max(0, Math.min(passedNs, stepNs));
        unwatchedNs += passedNs - seenNs;
        return seenNs;
    }

    /** Watched time, at the last look. */
    long nowNs() {
        return lookedNs - unwatchedNs;
    }

    /** What a time of the clock is in watched time if everything is watched from now on. */
    long ofClock(long clockNs) {
        return clockNs == Long.MAX_VALUE ? clockNs : sum(clockNs, -unwatchedNs);
    }

    /** The inverse of {@link #ofClock}. */
    long toClock(long watchedNs) {
        return watchedNs == Long.MAX_VALUE ? watchedNs : sum(watchedNs, unwatchedNs);
    }

    private static long sum(long timeNs, long ns) {
        long sumNs = timeNs + ns;
        return ns > 0 && sumNs < timeNs ? Long.MAX_VALUE : sumNs;
    }
}
