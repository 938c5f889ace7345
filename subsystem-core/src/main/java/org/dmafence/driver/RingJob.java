package org.dmafence.driver;

import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * What the hardware is to do: take some time, and end well, badly or not at all.
 *
 * @param id unique on its ring while in flight; a scheduler ends a job whose id another one on the ring has with {@code
 *     EINVAL}
 * @param durationNs how long it keeps the ring busy; {@link #EXTERNAL} if somebody else says when it is done
 * @param error what it ends with, {@code null} for success
 * @param payload what the client has for the driver, such as its commands; {@code null} for nothing. The driver gets
 *     this very object, on its engine's thread; it stays as long as the job
 */
public record RingJob(
        long id,
        long durationNs,
        @Nullable FenceError error,
        @Nullable Object payload) {
    /** The job ends when {@link HardwareRing#complete} is called. */
    public static final long EXTERNAL = -1;

    /** The job never ends by itself: a hang. */
    public static final long HANG = Long.MAX_VALUE;

    /** A job without a payload. */
    public RingJob(long id, long durationNs, @Nullable FenceError error) {
        this(id, durationNs, error, null);
    }

    /** The same with something for the driver. */
    public RingJob withPayload(Object forDriver) {
        return new RingJob(id, durationNs, error, forDriver);
    }

    /** A job that somebody else completes. */
    public static RingJob external(long id) {
        return new RingJob(id, EXTERNAL, null);
    }

    /** A job that takes a time and succeeds. */
    public static RingJob lasting(long id, long durationNs) {
        return new RingJob(id, durationNs, null);
    }
}
