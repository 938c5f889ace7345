package org.dmafence.rcu;

import org.jspecify.annotations.Nullable;

/**
 * A thread that finds its own reader of one domain through a field instead of a {@link ThreadLocal}.
 *
 * <p>The project's own threads (engines, workers, callback threads) are of this class, because the look-up is then the
 * cheapest there is. For every other domain, and for every other kind of thread, virtual ones included,
 * {@link RcuDomain#reader()} works as well and costs a thread-local look-up.
 */
public class RcuThread extends Thread {
    private final @Nullable RcuDomain domain;

    /** This thread's reader of its domain; read and written by this thread only. */
    @Nullable RcuReader reader;

    /** A thread that is quick in the {@linkplain RcuDomain#global() global domain}. */
    public RcuThread(@Nullable Runnable target, String name) {
        super(target, name);
        domain = null;
    }

    /** A thread that is quick in the given domain. */
    public RcuThread(RcuDomain domain, @Nullable Runnable target, String name) {
        super(target, name);
        this.domain = domain;
    }

    /** A thread that inherits no thread locals; see {@link DetachedThreads}. */
    RcuThread(ThreadGroup group, @Nullable RcuDomain domain, Runnable target, String name) {
        super(group, target, name, 0, false);
        this.domain = domain;
    }

    /**
     * A daemon of the root thread group, quick in the global domain and not yet started, that takes nothing from the
     * thread that makes it: no context class loader, no thread locals and, before JDK 24, no access control context. A
     * thread that takes those can pin the class loader of a driver that was merely the first to need it.
     */
    public static RcuThread detached(Runnable task, String name) {
        return DetachedThreads.create(null, name, task);
    }

    /** The same in a given group, which threads that the task makes inherit, so that they are found there. */
    public static RcuThread detached(ThreadGroup group, Runnable task, String name) {
        return DetachedThreads.create(group, null, name, task);
    }

    /** The name of the class loader of the driver that made this thread's own domain, {@code null} if no driver did. */
    public final @Nullable String driver() {
        return domain == null ? null : domain.driver();
    }

    final boolean isOf(RcuDomain other) {
        return domain == null ? other.isGlobal() : domain == other;
    }
}
