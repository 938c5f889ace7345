package org.dmafence.drivers;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * The fences a ring still has to signal, by sequence number; each is handed to exactly one taker, whichever thread asks.
 * Kernel counterpart: the array of fence pointers in {@code amdgpu_fence_driver}.
 *
 * <p>A slot holds a reference: {@link #put} takes the caller's, {@link #take} gives it back.
 *
 * <p><b>Memory consistency effects.</b> What the putting thread did before <i>happens-before</i> what the taker does after.
 */
public final class FenceSlots {
    private final AtomicReferenceArray<@Nullable DmaFence> slots;
    private final int mask;

    /** @param count a power of two, at least as many as the ring has jobs in flight */
    public FenceSlots(int count) {
        if (Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(count + " fence slots; use a power of two");
        }
        slots = new AtomicReferenceArray<>(count);
        mask = count - 1;
    }

    /**
     * Stores a fence with the caller's reference.
     *
     * @throws IllegalStateException if the slot's previous fence was not taken
     */
    public void put(long seqno, DmaFence fence) {
        if (!slots.compareAndSet((int) seqno & mask, null, fence)) {
            throw new IllegalStateException("slot " + ((int) seqno & mask) + " for " + fence + " still holds "
                    + slots.get((int) seqno & mask) + "; use as many slots as jobs can be in flight");
        }
    }

    /** Takes the fence of a sequence number with its reference; {@code null} if somebody else has. */
    public @Nullable DmaFence take(long seqno) {
        return slots.getAndSet((int) seqno & mask, null);
    }

    /**
     * Takes whatever is left, in order, and hands each over with its reference.
     *
     * @param last the last sequence number put
     */
    public void takeAll(long last, Consumer<DmaFence> taker) {
        for (long seqno = last - mask; seqno <= last; seqno++) {
            DmaFence fence = take(seqno);
            if (fence != null) {
                taker.accept(fence);
            }
        }
    }
}
