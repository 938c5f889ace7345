package org.dmafence.fence;

import org.dmafence.foreign.Stacks;

/**
 * The issuer's own way of waiting ended in an error: the fence did not signal, and the time may not have passed. i915
 * answers {@code -ETIME} on expiry, radeon {@code -EDEADLK} when the device needs a reset.
 */
public final class FenceWaitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    FenceWaitException(DmaFence fence, FenceError error) {
        super("the issuer's wait for " + fence + " failed with " + error);
        errno = error.errno();
        setStackTrace(Stacks.here());
    }

    /** The error the wait op answered. */
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
