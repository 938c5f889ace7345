package org.dmafence.drivers.vgem;

import org.dmafence.fence.FenceError;

/** An ioctl of vgem was refused. */
public final class VgemException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    VgemException(FenceError error, String message) {
        super(message + " (" + error + ")");
        errno = error.errno();
    }

    /** What the ioctl returns. */
    public FenceError error() {
        return FenceError.of(errno);
    }
}
