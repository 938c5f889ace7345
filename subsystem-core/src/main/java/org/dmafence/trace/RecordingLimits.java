package org.dmafence.trace;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of the past a {@link FlightRecording} keeps. The recorder drops the oldest in pieces of some megabytes.
 *
 * @param maxBytes what it may take on disk, about; a job takes one to two thousand
 * @param maxAge how far back it reaches
 */
public record RecordingLimits(long maxBytes, Duration maxAge) {
    /** A quarter of a gigabyte, of any age. */
    public static final RecordingLimits DEFAULT = new RecordingLimits(1L << 28, Duration.ofDays(365));

    public RecordingLimits {
        Objects.requireNonNull(maxAge, "maxAge");
        if (maxBytes < 1 || maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException(
                    "a recording of " + maxBytes + " bytes and " + maxAge + "; both must be above 0");
        }
    }
}
