package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long somebody waits, as a time that a timer can be set to. */
final class TimerLimits {
    /** More than Akka's scheduler accepts is as good as for ever. */
    private static final long LONGEST_NS = Duration.ofDays(20).toNanos();

    private TimerLimits() {}

    static Duration ofNanos(long timeoutNs) {
        return Duration.ofNanos(Math.min(timeoutNs, LONGEST_NS));
    }

    static long nanos(Duration time) {
        return time.toSeconds() > TimeUnit.NANOSECONDS.toSeconds(LONGEST_NS) ? LONGEST_NS : time.toNanos();
    }
}
