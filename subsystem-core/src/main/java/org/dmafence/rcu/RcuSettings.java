package org.dmafence.rcu;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * How to build an {@link RcuDomain}. Start from {@link #defaults()} and change what differs.
 *
 * @param name names the domain in thread names, counters and reports
 * @param ordering who pays for ordering; see {@link RcuOrdering}
 * @param stallTimeoutNs how long a grace period may wait for one reader before it is reported, in nanoseconds
 * @param stallListener told about stalled and dead readers
 * @param clock monotone nanoseconds, used for stall detection only
 * @param callbackErrorHandler told what a deferred callback threw, as a copy that may be kept; what it throws itself is
 *     logged and ignored
 * @param callerDrivenCallbacks false: a daemon thread runs deferred callbacks; true: the embedder drives
 *     {@link RcuDomain#callbackAgent()}
 */
public record RcuSettings(
        String name,
        RcuOrdering ordering,
        long stallTimeoutNs,
        StallListener stallListener,
        NanoClock clock,
        ErrorHandler callbackErrorHandler,
        boolean callerDrivenCallbacks) {

    /** System property with the global domain's stall time-out in nanoseconds. */
    public static final String STALL_TIMEOUT_PROPERTY = "dmafence.rcu.stallTimeoutNs";

    private static final RcuSettings DEFAULTS = new RcuSettings(
            "domain",
            RcuOrdering.AUTO,
            TimeUnit.SECONDS.toNanos(21), // CONFIG_RCU_CPU_STALL_TIMEOUT
            StallListener.LOGGING,
            SystemNanoClock.INSTANCE,
            error -> System.getLogger(RcuDomain.class.getName())
                    .log(System.Logger.Level.ERROR, "A deferred RCU callback failed", error),
            false);

    /** Checks each value. */
    public RcuSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(ordering, "ordering");
        Objects.requireNonNull(stallListener, "stallListener");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(callbackErrorHandler, "callbackErrorHandler");
        if (stallTimeoutNs <= 0) {
            throw new IllegalArgumentException(
                    "stallTimeoutNs is " + stallTimeoutNs + "; use a positive number of nanoseconds");
        }
    }

    /** The kernel's 21 seconds, ordering by what the platform offers, reports to the log, a callback thread. */
    public static RcuSettings defaults() {
        return DEFAULTS;
    }

    /**
     * The settings of the global domain: the defaults, with the system properties {@value RcuOrdering#PROPERTY} and
     * {@link #STALL_TIMEOUT_PROPERTY}. A process asks for them as it starts: what is wrong with them is an exception
     * here, and an {@link ExceptionInInitializerError} wherever the global domain is used first.
     *
     * @throws IllegalArgumentException if one of them has a value that it can't have; the message names both
     * @throws UnsupportedOperationException if an ordering is forced that this platform does not have
     */
    public static RcuSettings ofGlobalDomain() {
        String timeout = System.getProperty(STALL_TIMEOUT_PROPERTY);
        RcuSettings settings = DEFAULTS.withName("global").withOrdering(DEFAULTS.ordering.resolve());
        if (timeout == null) {
            return settings;
        }
        try {
            return settings.withStallTimeoutNs(Long.parseLong(timeout));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "System property " + STALL_TIMEOUT_PROPERTY + " is '" + timeout
                            + "'; use a positive number of nanoseconds",
                    e);
        }
    }

    /** These settings with another name. */
    public RcuSettings withName(String newName) {
        return new RcuSettings(
                newName, ordering, stallTimeoutNs, stallListener, clock, callbackErrorHandler, callerDrivenCallbacks);
    }

    /** These settings with another ordering. */
    public RcuSettings withOrdering(RcuOrdering newOrdering) {
        return new RcuSettings(
                name, newOrdering, stallTimeoutNs, stallListener, clock, callbackErrorHandler, callerDrivenCallbacks);
    }

    /** These settings with another stall time-out. */
    public RcuSettings withStallTimeoutNs(long newStallTimeoutNs) {
        return new RcuSettings(
                name, ordering, newStallTimeoutNs, stallListener, clock, callbackErrorHandler, callerDrivenCallbacks);
    }

    /** These settings with another listener. */
    public RcuSettings withStallListener(StallListener newStallListener) {
        return new RcuSettings(
                name, ordering, stallTimeoutNs, newStallListener, clock, callbackErrorHandler, callerDrivenCallbacks);
    }

    /** These settings with another clock. */
    public RcuSettings withClock(NanoClock newClock) {
        return new RcuSettings(
                name, ordering, stallTimeoutNs, stallListener, newClock, callbackErrorHandler, callerDrivenCallbacks);
    }

    /** These settings with another handler of failed callbacks. */
    public RcuSettings withCallbackErrorHandler(ErrorHandler newHandler) {
        return new RcuSettings(name, ordering, stallTimeoutNs, stallListener, clock, newHandler, callerDrivenCallbacks);
    }

    /** These settings with callbacks that the embedder drives, or not. */
    public RcuSettings withCallerDrivenCallbacks(boolean newCallerDriven) {
        return new RcuSettings(
                name, ordering, stallTimeoutNs, stallListener, clock, callbackErrorHandler, newCallerDriven);
    }
}
