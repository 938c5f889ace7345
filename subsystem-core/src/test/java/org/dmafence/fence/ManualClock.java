package org.dmafence.fence;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/** A monotonic clock that tests move by hand; 1 at first, so that a forgotten timestamp of 0 is seen. */
final class ManualClock implements NanoClock {
    private final AtomicLong nowNs = new AtomicLong(1);

    @Override
    public long nanoTime() {
        return nowNs.get();
    }

    void set(long ns) {
        nowNs.set(ns);
    }

    void advance(long ns) {
        nowNs.addAndGet(ns);
    }
}
