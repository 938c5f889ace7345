package org.dmafence.module;

import org.jspecify.annotations.Nullable;

/**
 * Something that keeps a driver from going, or alive after it should have gone. Text only: a pin does not pin.
 *
 * @param kind what kind of thing
 * @param what the thing in words
 * @param site where it was made, {@code null} if that is not known; see {@link ModuleSettings#trackSites()}
 * @param count how many of the same
 */
public record Pin(Kind kind, String what, @Nullable String site, long count) {
    /** Kinds of pins. */
    public enum Kind {
        /** Fences whose ops implement wait or release, and so stay attached. */
        FENCE_OPS,
        /** Fences whose lock lies in the issuer's memory. */
        FENCE_LOCK,
        /** Fences that nobody could signal. */
        FENCE_UNSIGNALED,
        /** Work outside the JVM that can't be stopped; see {@link org.dmafence.driver.DriverModule#busy()}. */
        NATIVE_BUSY,
        /** A fence's callbacks, or a deferred call of the driver's, that run or are due. */
        CALLBACK_RUNNING,
        /** A read section that does not end. */
        GRACE_PERIOD,
        /** A thread that runs the driver's code, or was started by it. */
        THREAD,
        /** A listener or callback of the driver's in one of our lists, other than its own fences'. */
        LISTENER,
        /** A virtual thread that runs the driver's code. */
        VIRTUAL_THREAD,
        /** The loader is reachable, by whatever way. */
        LOADER_REACHABLE,
        /** Nobody can tell, because the JVM does not collect. */
        UNPROVEN
    }

    @Override
    public String toString() {
        return kind + " " + (count == 1 ? "" : count + " x ") + what + (site == null ? "" : ", made at " + site);
    }
}
