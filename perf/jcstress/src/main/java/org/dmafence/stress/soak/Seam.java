package org.dmafence.stress.soak;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceArray;
import org.jspecify.annotations.Nullable;

/** What the soak asks of the core, in one place, so that a {@link Mutant} can do one of these things wrong. */
class Seam {
    /** Signals; whether this call did it, as far as the core tells: with an error it does not. */
    boolean signal(FenceContext context, DmaFence fence, @Nullable FenceError error) {
        if (error == null) {
            return !context.checkAndSignal(fence);
        }
        context.signal(fence, error);
        return false;
    }

    boolean add(DmaFence fence, FenceCallback callback) {
        return fence.addCallback(callback);
    }

    boolean remove(DmaFence fence, FenceCallback callback) {
        return fence.removeCallback(callback);
    }

    /** The errno that a fence signalled with, 1 for success, 0 while it has not signalled. */
    int status(DmaFence fence) {
        if (!fence.isSignaled()) {
            return 0;
        }
        int errno = fence.errno();
        return errno == 0 ? 1 : errno;
    }

    boolean await(DmaFence fence, long timeoutMs) throws InterruptedException {
        return fence.await(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** Takes over the references. */
    DmaFence array(List<DmaFence> members) {
        return FenceArray.create(members).fence();
    }

    /** Called before a callback's own work, with the number of this run. */
    boolean runs(int run) {
        return true;
    }
}
