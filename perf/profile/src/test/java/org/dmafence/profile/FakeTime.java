package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.Parking;

/** A clock that goes on only when somebody sleeps or is said to have been busy. */
final class FakeTime implements NanoClock, Parking {
    private long nowNs;
    final List<Long> slept = new ArrayList<>();

    FakeTime(long nowNs) {
        this.nowNs = nowNs;
    }

    void pass(long ns) {
        nowNs += ns;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public void park(Object blocker) {
        throw new IllegalStateException("nobody would wake " + blocker);
    }

    @Override
    public void parkNanos(Object blocker, long timeoutNs) {
        slept.add(timeoutNs);
        nowNs += Math.max(0, timeoutNs);
    }

    @Override
    public void unpark(Thread thread) {}
}
