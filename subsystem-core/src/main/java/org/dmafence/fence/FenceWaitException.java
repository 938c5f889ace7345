package org.dmafence.fence;

/**
 * The issuer's own way of waiting ended in an error: the fence did not signal, and the time may not have passed. i915 answers
 * {@code -ETIME} on expiry, radeon {@code -EDEADLK} when the device needs a reset.
 */
public final class FenceWaitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    FenceWaitException(DmaFence fence, FenceError error) {
        super("the issuer's wait for " + fence + " failed with " + error);
        errno = error.errno();
    }

    /** The error the wait op answered. */
    public FenceError error() {
        return FenceError.of(errno);
    }
}
