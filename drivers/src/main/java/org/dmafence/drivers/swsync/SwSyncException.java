package org.dmafence.drivers.swsync;

import org.dmafence.fence.FenceError;

/** An ioctl of sw_sync was refused. */
public final class SwSyncException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    SwSyncException(FenceError error, String message) {
        super(message + " (" + error + ")");
        errno = error.errno();
    }

    /** What the ioctl returns. */
    public FenceError error() {
        return FenceError.of(errno);
    }
}
