package org.dmafence.driver;

import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceRuntime;

/**
 * What a driver gets from the subsystem. Fences, threads and deferred calls made through it are known to the module, so
 * that unloading can wait for them, and name them if they don't end.
 */
public interface DriverContext {
    /** The runtime of the driver's fences; its clock is the driver's clock. */
    FenceRuntime runtime();

    /** A new fence context, entered in the module's ledger. */
    FenceContext.Builder newContext(String timelineName);

    /** A daemon thread of the module's, not started. It must end when {@link DriverModule#exit} asks it to. */
    Thread newThread(String name, Runnable body);

    /** Runs driver code after a grace period; unloading waits for it. Kernel counterpart: {@code call_rcu()}. */
    void defer(Runnable callback);

    /** A line for the system log. Kernel counterpart: {@code pr_notice()}. */
    void notice(String message);
}
