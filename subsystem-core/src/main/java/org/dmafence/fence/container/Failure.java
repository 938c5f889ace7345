package org.dmafence.fence.container;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of fences that failed and are no longer held.
 *
 * @param point of the first of them, where they are points of a chain
 * @param error of the first of them, which a container ends with
 * @param causes all of them
 */
record Failure(long point, FenceError error, FenceCauses causes) {
    /** That of a fence that has signalled; {@code null} if it did so without an error. */
    static @Nullable Failure of(DmaFence signaled, long point) {
        FenceError error = Errors.of(signaled);
        return error == null ? null : new Failure(point, error, FenceCauses.of(signaled));
    }

    /**
     * That of a fence that was freed while it was held here: if it had not signalled, nobody knows what became of it.
     */
    static @Nullable Failure ofFreed(DmaFence freed) {
        return freed.isSignaled()
                ? of(freed, 0)
                : new Failure(0, FenceError.EDEADLK, FenceCauses.of(freed, FenceError.EDEADLK));
    }

    /** Two as one. */
    static @Nullable Failure join(@Nullable Failure first, @Nullable Failure then) {
        if (first == null || then == null) {
            return first == null ? then : first;
        }
        return new Failure(first.point, first.error, first.causes.then(then.causes));
    }
}
