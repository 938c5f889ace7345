package org.dmafence.sync;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.ModuleGoneException;
import org.jspecify.annotations.Nullable;

/** How objects that others share let go of fences. */
final class Fences {
    private Fences() {}

    /**
     * Drops a reference. That the issuer's module is gone, and can't be told that it was the last, is reported: whoever happens
     * to be the one in an object that many use can do nothing about it, and must not stop half-way.
     */
    static void drop(@Nullable DmaFence fence) {
        if (fence == null) {
            return;
        }
        try {
            fence.release();
        } catch (ModuleGoneException e) {
            report(fence, e);
        }
    }

    /** Says that something in or behind a fence is of a module that is gone. */
    static void report(DmaFence fence, ModuleGoneException gone) {
        fence.runtime()
                .report(FenceReporter.Kind.OP_FAILED, "at " + fence + " in a syncobj: " + gone.getMessage(), gone);
    }
}
