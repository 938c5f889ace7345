package org.dmafence.fence;

import org.dmafence.foreign.Stacks;

/**
 * A fence was used by somebody who holds no reference to it: its last one is gone, and nobody will signal it any more.
 * The kernel would have used freed memory.
 */
public final class FenceFreedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param done what was done to it, as a participle */
    FenceFreedException(DmaFence fence, String done) {
        super(fence + " was " + done + " after its last release; keep a reference for as long as you use it");
        setStackTrace(Stacks.here());
    }

    /**
     * Records no frames but those set as text: they would refer to the classes on the stack and pin a driver; this may
     * be kept.
     */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
