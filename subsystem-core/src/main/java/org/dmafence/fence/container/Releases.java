package org.dmafence.fence.container;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.ModuleGoneException;
import org.jspecify.annotations.Nullable;

/** Drops references, although a fence whose module is gone throws when its last one is dropped. */
final class Releases {
    private @Nullable RuntimeException first;

    /**
     * Drops one that the caller took, or found, while it was about something else: that a module is gone whose fence was
     * only in the way is reported, and changes nothing.
     */
    static void byTheWay(DmaFence fence) {
        try {
            fence.release();
        } catch (ModuleGoneException e) {
            fence.runtime().warn("a container let go of " + fence + ": " + e.getMessage());
        }
    }

    /** Drops one of several. */
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
