package org.dmafence.resv;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.lockdep.LockClass;

/**
 * Locks of which a thread may take several at once, in any order, and how it is settled who backs off. Kernel
 * counterpart: {@code struct ww_class}.
 *
 * <p>In both ways the {@link AcquireContext} that was made first, the older, gets its way in the end, so that everybody
 * does.
 */
public final class WwClass {
    private final String name;
    private final boolean waitDie;
    private final LockClass contexts;
    private final LockClass locks;
    private final AtomicLong stamps = new AtomicLong();

    private WwClass(String name, boolean waitDie) {
        this.name = Objects.requireNonNull(name, "name");
        this.waitDie = waitDie;
        contexts = LockClass.of(name + "_acquire");
        locks = LockClass.of(name + "_mutex");
    }

    /**
     * A class in which the older waits and the younger dies: a context that holds something backs off at once from what
     * an older one holds or waits for.
     */
    public static WwClass waitDie(String name) {
        return new WwClass(name, true);
    }

    /**
     * A class in which the older wounds and the younger waits: a context backs off when an older one wants something
     * that it holds, but not before it would have to wait itself. Backs off less often, and takes an interruption of
     * running work more.
     */
    public static WwClass woundWait(String name) {
        return new WwClass(name, false);
    }

    /** Whether the younger dies, rather than being wounded. */
    public boolean isWaitDie() {
        return waitDie;
    }

    /** What the checker knows the contexts as: acquired in full before the locks, and one at a time by a thread. */
    LockClass contexts() {
        return contexts;
    }

    /** What the checker knows the locks as. */
    LockClass locks() {
        return locks;
    }

    long nextStamp() {
        return stamps.incrementAndGet();
    }

    @Override
    public String toString() {
        return name;
    }
}
