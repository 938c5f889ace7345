package org.dmafence.rcu;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.dmafence.concurrent.Uninterruptibly;
import org.jspecify.annotations.Nullable;

/**
 * Daemon threads that remember nothing of the code that happened to start them.
 *
 * <p>A new thread takes from its creator: the context class loader, inheritable thread locals, the thread group and,
 * before JDK 24, the access control context, which is the list of protection domains on the creating stack. Each of the
 * four can pin the class loader of a driver that was merely the first to use RCU.
 */
final class DetachedThreads {
    private DetachedThreads() {}

    /** A daemon of the root thread group, not yet started, without anything inherited. */
    static RcuThread create(@Nullable RcuDomain domain, String name, Runnable task) {
        return create(rootGroup(), domain, name, task);
    }

    /** The same in a given thread group. */
    @SuppressWarnings("removal") // doPrivileged cuts the stack that JDK 17 to 23 would capture; a plain call later on
    static RcuThread create(ThreadGroup group, @Nullable RcuDomain domain, String name, Runnable task) {
        PrivilegedAction<RcuThread> creation = () -> new RcuThread(group, domain, task, name);
        RcuThread thread = AccessController.doPrivileged(creation);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /** Runs the task on a detached thread and waits for it, keeping the caller's interrupt status. */
    static <T> T call(String name, Callable<T> task) {
        FutureTask<T> result = new FutureTask<>(task);
        create(null, name, result).start();
        try {
            return Uninterruptibly.get(result);
        } catch (ExecutionException e) {
            throw new IllegalStateException(name + " failed", e.getCause());
        }
    }

    private static ThreadGroup rootGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
            group = parent;
        }
        return group;
    }
}
