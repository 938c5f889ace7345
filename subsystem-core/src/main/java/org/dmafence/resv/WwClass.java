package org.dmafence.resv;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Locks of which a thread may take several at once, in any order, and how it is settled who backs off. Kernel counterpart:
 * {@code struct ww_class}.
 *
 * <p>In both ways the {@link AcquireContext} that was made first, the older, gets its way in the end, so that everybody does.
 */
public final class WwClass {
    private final String name;
    private final boolean waitDie;
    private final AtomicLong stamps = new AtomicLong();

    private WwClass(String name, boolean waitDie) {
        this.name = Objects.requireNonNull(name, "name");
        this.waitDie = waitDie;
    }

    /**
     * A class in which the older waits and the younger dies: a context that holds something backs off at once from what an
     * older one holds or waits for.
     */
    public static WwClass waitDie(String name) {
        return new WwClass(name, true);
    }

    /**
     * A class in which the older wounds and the younger waits: a context backs off when an older one wants something that it
     * holds, but not before it would have to wait itself. Backs off less often, and takes an interruption of running work more.
     */
    public static WwClass woundWait(String name) {
        return new WwClass(name, false);
    }

    /** Whether the younger dies, rather than being wounded. */
    public boolean isWaitDie() {
        return waitDie;
    }

    long nextStamp() {
        return stamps.incrementAndGet();
    }

    @Override
    public String toString() {
        return name;
    }
}
