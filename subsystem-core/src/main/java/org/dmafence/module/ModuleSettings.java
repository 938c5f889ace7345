package org.dmafence.module;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * How modules are run.
 *
 * @param trackSites whether to remember where each fence of a driver was made, so that a certificate can name it; costs
 *     a stack walk per fence
 * @param notices takes the drivers' log lines, each with the module's name in front
 * @param callTimeoutNs how long {@code init} and {@code openRing} may take before the caller gets an error instead
 */
public record ModuleSettings(boolean trackSites, Consumer<String> notices, long callTimeoutNs) {
    private static final long CALL_TIMEOUT_NS = 10_000_000_000L;

    public ModuleSettings {
        Objects.requireNonNull(notices, "notices");
        if (callTimeoutNs <= 0) {
            throw new IllegalArgumentException("callTimeoutNs " + callTimeoutNs + "; it must be positive");
        }
    }

    /** No sites, notices to the platform's logger {@code org.dmafence.module}, ten seconds for a driver's call. */
    public static ModuleSettings defaults() {
        System.Logger logger = System.getLogger("org.dmafence.module");
        return new ModuleSettings(false, line -> logger.log(System.Logger.Level.INFO, line), CALL_TIMEOUT_NS);
    }

    /** The same with or without sites. */
    public ModuleSettings withTrackSites(boolean track) {
        return new ModuleSettings(track, notices, callTimeoutNs);
    }

    /** The same with another sink for notices. */
    public ModuleSettings withNotices(Consumer<String> sink) {
        return new ModuleSettings(trackSites, sink, callTimeoutNs);
    }

    /** The same with another limit for a driver's call. */
    public ModuleSettings withCallTimeoutNs(long timeoutNs) {
        return new ModuleSettings(trackSites, notices, timeoutNs);
    }
}
