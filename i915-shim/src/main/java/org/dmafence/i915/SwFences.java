package org.dmafence.i915;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dmafence.driver.DriverContext;
import org.dmafence.drivers.DriverTimers;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * The software fences of a ring and whatever they still wait for, so that a dead ring takes its callbacks off other
 * people's fences.
 *
 * <p>Every method may be called from any thread.
 */
final class SwFences {
    private final DriverContext context;
    private final DriverTimers timers;
    private final Set<SwFence.Await> pending = ConcurrentHashMap.newKeySet();
    private volatile @Nullable FenceError closed;

    SwFences(DriverContext context, DriverTimers timers) {
        this.context = context;
        this.timers = timers;
    }

    DriverContext context() {
        return context;
    }

    DriverTimers timers() {
        return timers;
    }

    /** Remembers a wait; one that comes after {@link #close} is given up at once. */
    void add(SwFence.Await await) {
        pending.add(await);
        FenceError error = closed; // read after the insertion: either close sees the wait or the wait sees close
        if (error != null) {
            await.giveUp(error);
        }
    }

    void remove(SwFence.Await await) {
        pending.remove(await);
    }

    /** Gives up every wait, now and from now on. */
    void close(FenceError error) {
        closed = error;
        pending.forEach(await -> await.giveUp(error));
    }

    int pending() {
        return pending.size();
    }
}
