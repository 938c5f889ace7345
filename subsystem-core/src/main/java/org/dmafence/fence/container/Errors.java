package org.dmafence.fence.container;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** How errors are read from fences. */
final class Errors {
    private Errors() {}

    /** The error that a fence has, or will signal with as far as it knows by now; asks no driver. */
    static @Nullable FenceError of(DmaFence fence) {
        int errno = fence.errno();
        if (errno == 0) {
            return null;
        }
        boolean named = Math.abs(errno) <= FenceError.MAX_ERRNO;
        try {
            return named ? FenceError.of(errno) : FenceError.EINVAL;
        } catch (OutOfMemoryError e) { // a container still has to count its fence; an error without a name stays one
            return FenceError.EIO;
        }
    }
}
