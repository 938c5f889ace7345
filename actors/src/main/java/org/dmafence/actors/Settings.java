package org.dmafence.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Objects;
import org.dmafence.fence.FenceError;

/**
 * The settings under {@code dmafence} in the configuration, read once; {@code reference.conf} describes each.
 *
 * @param maxUnfinishedJobs {@code scheduler.max-unfinished-jobs}
 * @param callTimeout {@code driver.call-timeout}
 * @param issuerDeath {@code driver.issuer-death}
 * @param trackSites {@code driver.track-sites}
 * @param shutdownDrainTimeout {@code shutdown-drain-timeout}
 */
public record Settings(
        int maxUnfinishedJobs,
        Duration callTimeout,
        FenceError issuerDeath,
        boolean trackSites,
        Duration shutdownDrainTimeout) {
    static final String ROOT = "dmafence";
    static final String MAX_UNFINISHED_JOBS = ROOT + ".scheduler.max-unfinished-jobs";
    static final String SCHEDULER_DISPATCHER = ROOT + ".scheduler.dispatcher";
    static final String ENGINE_DISPATCHER = ROOT + ".engine.dispatcher";
    static final String CALL_TIMEOUT = ROOT + ".driver.call-timeout";
    static final String ISSUER_DEATH = ROOT + ".driver.issuer-death";
    static final String TRACK_SITES = ROOT + ".driver.track-sites";
    static final String SHUTDOWN_DRAIN_TIMEOUT = ROOT + ".shutdown-drain-timeout";

    private static final int MOST_UNFINISHED_JOBS = 1 << 24;

    public Settings {
        if (maxUnfinishedJobs < 1 || maxUnfinishedJobs > MOST_UNFINISHED_JOBS) {
            throw new IllegalArgumentException(
                    MAX_UNFINISHED_JOBS + " is " + maxUnfinishedJobs + "; use 1 to " + MOST_UNFINISHED_JOBS);
        }
        if (callTimeout.isZero() || callTimeout.isNegative()) {
            throw new IllegalArgumentException(CALL_TIMEOUT + " is " + callTimeout + "; use a time longer than 0");
        }
        Objects.requireNonNull(issuerDeath, "issuerDeath");
        if (shutdownDrainTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    SHUTDOWN_DRAIN_TIMEOUT + " is " + shutdownDrainTimeout + "; use 0 or a longer time");
        }
    }

    /**
     * Reads the settings of an actor system.
     *
     * @param config the whole configuration, {@code reference.conf} included
     * @throws ConfigException if a key is missing or of the wrong type; the message names it
     * @throws IllegalArgumentException if a value is out of range; likewise
     */
    public static Settings create(Config config) {
        return new Settings(
                config.getInt(MAX_UNFINISHED_JOBS),
                config.getDuration(CALL_TIMEOUT),
                error(config),
                config.getBoolean(TRACK_SITES),
                config.getDuration(SHUTDOWN_DRAIN_TIMEOUT));
    }

    private static FenceError error(Config config) {
        try {
            return FenceError.named(config.getString(ISSUER_DEATH));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ISSUER_DEATH + ": " + e.getMessage(), e);
        }
    }
}
