package org.dmafence.drivers.vgem;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * The fences attached to one buffer: at most one writer's, or any number of readers'. As much of a reservation object
 * as attaching needs; one lock of the caller's guards it. Each fence in it has a reference.
 */
final class VgemBuffer {
    private @Nullable DmaFence write;
    private final List<DmaFence> reads = new ArrayList<>();

    /**
     * The unsignalled fences that an access has to wait for, without references: a reader waits for the writer, a
     * writer for all.
     */
    List<DmaFence> pending(boolean forWriting) {
        List<DmaFence> fences = new ArrayList<>();
        if (write != null) {
            fences.add(write);
        }
        if (forWriting) {
            fences.addAll(reads);
        }
        fences.removeIf(DmaFence::pollSignaled);
        return fences;
    }

    /** Takes over a reference, and drops those to fences that have signalled. */
    void add(DmaFence fence, boolean writing) {
        reads.removeIf(VgemBuffer::dropIfSignaled);
        if (write != null && (writing || write.isSignaled())) {
            write.release();
            write = null;
        }
        if (writing) {
            write = fence;
        } else {
            reads.add(fence);
        }
    }

    /** The buffer is freed. */
    void clear() {
        reads.forEach(DmaFence::release);
        reads.clear();
        if (write != null) {
            write.release();
            write = null;
        }
    }

    private static boolean dropIfSignaled(DmaFence fence) {
        boolean signaled = fence.isSignaled();
        if (signaled) {
            fence.release();
        }
        return signaled;
    }
}
