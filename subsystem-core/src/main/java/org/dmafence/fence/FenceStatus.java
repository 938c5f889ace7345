package org.dmafence.fence;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a fence answers when asked how it stands. Kernel counterpart: the int of {@code dma_fence_get_status()}.
 *
 * @param signaled whether the fence has signalled
 * @param error the error it signalled with, {@code null} for success or while it is active
 */
public record FenceStatus(boolean signaled, @Nullable FenceError error) {
    /** Not signalled yet; an error that is already set stays invisible until it is. */
    public static final FenceStatus ACTIVE = new FenceStatus(false, null);

    /** Signalled without an error. */
    public static final FenceStatus OK = new FenceStatus(true, null);

    /** Those of the errors that have a name: a thread that ends a future may have no memory for one. */
    private static final FenceStatus[] NAMED = Arrays.stream(FenceError.NAMED)
            .map(error -> new FenceStatus(true, error))
            .toArray(FenceStatus[]::new);

    /** The status of a stored number: whatever was stored, an error stays one; {@code EINVAL} if the number is none. */
    static FenceStatus signaled(int errno) {
        if (errno == 0) {
            return OK;
        }
        boolean named = Math.abs(errno) <= FenceError.MAX_ERRNO;
        int number = -Math.abs(named ? errno : FenceError.EINVAL.errno());
        for (int i = 0; i < NAMED.length; i++) {
            if (FenceError.NAMED[i].errno() == number) {
                return NAMED[i];
            }
        }
        return new FenceStatus(true, named ? FenceError.of(errno) : FenceError.EINVAL);
    }

    /** Whether the fence signalled with an error. */
    public boolean isError() {
        return error != null;
    }

    @Override
    public String toString() {
        return !signaled ? "active" : error == null ? "signaled" : error.toString();
    }
}
