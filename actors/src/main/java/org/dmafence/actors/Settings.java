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
 * @param schedulerThreads {@code scheduler.threads}
 * @param engineThreads {@code engine.threads}
 * @param callTimeout {@code driver.call-timeout}
 * @param issuerDeath {@code driver.issuer-death}
 * @param trackSites {@code driver.track-sites}
 * @param shutdownDrainTimeout {@code shutdown-drain-timeout}
 */
public record Settings(
        int maxUnfinishedJobs,
        int schedulerThreads,
        int engineThreads,
        Duration callTimeout,
        FenceError issuerDeath,
        boolean trackSites,
        Duration shutdownDrainTimeout) {
    static final String ROOT = "dmafence";
    static final String MAX_UNFINISHED_JOBS = ROOT + ".scheduler.max-unfinished-jobs";
    static final String SCHEDULER_THREADS = ROOT + ".scheduler.threads";
    static final String ENGINE_THREADS = ROOT + ".engine.threads";
    static final String DISPATCHER = ROOT + ".dispatcher";
    static final String CALL_TIMEOUT = ROOT + ".driver.call-timeout";
    static final String ISSUER_DEATH = ROOT + ".driver.issuer-death";
    static final String TRACK_SITES = ROOT + ".driver.track-sites";
    static final String SHUTDOWN_DRAIN_TIMEOUT = ROOT + ".shutdown-drain-timeout";

    static final int MOST_UNFINISHED_JOBS = 1 << 24;

    private static final int MOST_THREADS = 1 << 10;

    public Settings {
        checkRange(MAX_UNFINISHED_JOBS, maxUnfinishedJobs, MOST_UNFINISHED_JOBS);
        checkRange(SCHEDULER_THREADS, schedulerThreads, MOST_THREADS);
        checkRange(ENGINE_THREADS, engineThreads, MOST_THREADS);
        if (callTimeout.isZero() || callTimeout.isNegative()) {
            throw new IllegalArgumentException(CALL_TIMEOUT + " is " + callTimeout + "; use a time longer than 0");
        }
        Objects.requireNonNull(issuerDeath, "issuerDeath");
        if (shutdownDrainTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    SHUTDOWN_DRAIN_TIMEOUT + " is " + shutdownDrainTimeout + "; use 0 or a longer time");
        }
    }

    private static void checkRange(String key, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(key + " is " + value + "; use 1 to " + most);
        }
    }

    /**
     * Reads the settings of an actor system, and the system properties of the core as far as they are in the
     * configuration.
     *
     * @param config the whole configuration, {@code reference.conf} included
     * @throws ConfigException if a key is missing or of the wrong type; the message names it
     * @throws IllegalArgumentException if a value is out of range, a time has no unit or a key is unknown; likewise
     */
    public static Settings create(Config config) {
        SettingNames.check(config);
        return new Settings(
                config.getInt(MAX_UNFINISHED_JOBS),
                config.getInt(SCHEDULER_THREADS),
                config.getInt(ENGINE_THREADS),
                duration(config, CALL_TIMEOUT),
                error(config),
                config.getBoolean(TRACK_SITES),
                duration(config, SHUTDOWN_DRAIN_TIMEOUT));
    }

    /** The same with another limit of unfinished jobs. */
    public Settings withMaxUnfinishedJobs(int jobs) {
        return new Settings(
                jobs, schedulerThreads, engineThreads, callTimeout, issuerDeath, trackSites, shutdownDrainTimeout);
    }

    /** Without a unit the library takes a number for milliseconds, and nobody who reads the line can know. */
    private static Duration duration(Config config, String key) {
        Duration time = config.getDuration(key);
        String text = config.getValue(key).unwrapped().toString().strip();
        if (!time.isZero() && Character.isDigit(text.charAt(text.length() - 1))) {
            throw new IllegalArgumentException(
                    key + " is " + text + ", without a unit; write " + text + "s or " + text + "ms");
        }
        return time;
    }

    private static FenceError error(Config config) {
        try {
            return FenceError.named(config.getString(ISSUER_DEATH));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ISSUER_DEATH + ": " + e.getMessage(), e);
        }
    }
}
