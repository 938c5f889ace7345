package org.dmafence.ftrace;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fences that are no job's, by identity; the oldest go first when there are too many. Losing one is harmless: a job
 * that depends on it holds it too, and is told that it signalled when it runs.
 */
final class ForeignFences {
    private final int capacity;
    private final LinkedHashMap<Long, ForeignFence> byIdentity = new LinkedHashMap<>();
    private final Map<Long, ForeignFence> byPointer = new HashMap<>();
    private int peak;

    ForeignFences(int capacity) {
        this.capacity = capacity;
    }

    /** {@code dma_fence} events cut both numbers to 32 bits, so that is what all events have in common. */
    static long identity(long context, long seqno) {
        return context << 32 | (seqno & 0xffff_ffffL);
    }

    /** Adds a fence in place of any other of its identity. */
    void put(ForeignFence fence) {
        Long identity = identity(fence.context, fence.seqno);
        remove(identity);
        byIdentity.put(identity, fence);
        if (byIdentity.size() > capacity) {
            Iterator<ForeignFence> oldest = byIdentity.values().iterator();
            forgetPointer(oldest.next());
            oldest.remove();
        }
        peak = Math.max(peak, byIdentity.size());
    }

    @Nullable ForeignFence get(long context, long seqno) {
        return byIdentity.get(identity(context, seqno));
    }

    @Nullable ForeignFence byPointer(long pointer) {
        return byPointer.get(pointer);
    }

    /** Learns a fence's pointer, which takes it from any other. */
    void setPointer(ForeignFence fence, long pointer) {
        forgetPointer(fence);
        fence.pointer = pointer;
        if (pointer != 0) {
            byPointer.put(pointer, fence);
        }
    }

    @Nullable ForeignFence remove(long context, long seqno) {
        return remove(Long.valueOf(identity(context, seqno)));
    }

    private @Nullable ForeignFence remove(Long identity) {
        ForeignFence fence = byIdentity.remove(identity);
        if (fence != null) {
            forgetPointer(fence);
        }
        return fence;
    }

    private void forgetPointer(ForeignFence fence) {
        if (fence.pointer != 0) {
            byPointer.remove(fence.pointer, fence);
        }
    }

    int peak() {
        return peak;
    }
}
