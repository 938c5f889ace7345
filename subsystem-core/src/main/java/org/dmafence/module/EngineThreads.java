package org.dmafence.module;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.dmafence.rcu.RcuThread;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the rings of one driver are called, in a group of their own: a pool that a ring makes lands in
 * the group of the thread that called the ring, and so is found in here though nothing else tells whose it is.
 *
 * <p>The group outlives the module and serves the driver's next load. Somebody else's pool may have landed in it, which
 * could start no thread any more if it were destroyed.
 */
final class EngineThreads {
    private final String driver;
    private final Set<Thread> made = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Made with the first thread: most lists of modules have no engines. */
    private volatile @Nullable ThreadGroup group;

    EngineThreads(String driver) {
        this.driver = driver;
    }

    /** A daemon that inherits nothing, not started. */
    Thread newThread(String name, Runnable body) {
        Thread thread = RcuThread.detached(group(), body, name);
        made.add(thread);
        return thread;
    }

    private synchronized ThreadGroup group() {
        ThreadGroup known = group;
        if (known == null) {
            known = new ThreadGroup(ModuleThreads.rootGroup(), "dmafence-engines-" + driver);
            group = known;
        }
        return known;
    }

    /** The live threads in here that {@link #newThread} did not make. */
    List<Thread> strays() {
        ThreadGroup known = group;
        if (known == null) {
            return List.of();
        }
        return ModuleThreads.threadsOf(known, true).stream()
                .filter(thread -> thread.isAlive() && !made.contains(thread))
                .toList();
    }
}
