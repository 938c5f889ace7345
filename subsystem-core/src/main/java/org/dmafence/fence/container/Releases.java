package org.dmafence.fence.container;

import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/** Drops references, all of them, although a fence whose module is gone throws when its last one is dropped. */
final class Releases {
    private @Nullable RuntimeException first;

    void release(DmaFence fence) {
        try {
            fence.release();
        } catch (RuntimeException e) {
            first = first == null ? e : first;
        }
    }

    /** Throws what the first of them threw, if any did. */
    void rethrow() {
        if (first != null) {
            throw first;
        }
    }
}
