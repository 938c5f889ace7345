package org.dmafence.sync;

import org.dmafence.fence.FenceError;
import org.dmafence.foreign.Stacks;

/** A {@link SyncObj} has no fence where one was asked for, or did not get one in time. */
public final class SyncObjException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    SyncObjException(FenceError error, String message) {
        super(message);
        errno = error.errno();
        setStackTrace(Stacks.here());
    }

    static SyncObjException nothingAt(SyncObj object, long point) {
        return new SyncObjException(
                FenceError.EINVAL,
                object + " has no fence at point " + Long.toUnsignedString(point)
                        + "; submit one first, or wait for submission");
    }

    static SyncObjException notInTime(SyncObj object, long point) {
        return new SyncObjException(
                FenceError.ETIME,
                "nobody submitted a fence at point " + Long.toUnsignedString(point) + " of " + object + " within "
                        + SyncObj.SUBMIT_TIMEOUT_NS / 1_000_000_000 + " s");
    }

    /**
     * {@code EINVAL} where there is no fence, {@code ETIME} where none came in time: what the kernel's ioctls return.
     */
    public FenceError error() {
        return FenceError.of(errno);
    }

    /**
     * Records no frames but those set as text: they would refer to the classes on the stack and pin a driver: this may
     * be kept.
     */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
