package org.dmafence.drivers;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The fences a ring still has to signal, by sequence number; each is handed to exactly one taker, whichever thread
 * asks. Kernel counterpart: the array of fence pointers in {@code amdgpu_fence_driver}.
 *
 * <p>A slot holds a reference to its fence: {@link #put} takes over the caller's, {@link #take} gives it back.
 *
 * <p>One thread at a time puts; any may take.
 *
 * <p><b>Memory consistency effects.</b> What the putting thread did before <i>happens-before</i> what the taker does
 * after.
 *
 * @param <F> the fence, or the driver's structure around it
 */
public final class RingSlots<F> {
    private final AtomicReferenceArray<@Nullable F> slots;
    private final int mask;

    /** @param count a power of two, at least as many as the ring has jobs in flight */
    public RingSlots(int count) {
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
    public void put(long seqno, F fence) {
        int slot = (int) seqno & mask;
        if (slots.getAcquire(slot) != null) { // pairs with the taker's getAndSet; nobody but the ring puts
            throw new IllegalStateException("slot " + slot + " for " + fence + " still holds " + slots.get(slot)
                    + "; use as many slots as jobs can be in flight");
        }
        slots.setRelease(slot, fence); // pairs with the taker's getAndSet
    }

    /** Takes the fence of a sequence number with its reference; {@code null} if somebody else has. */
    public @Nullable F take(long seqno) {
        return slots.getAndSet((int) seqno & mask, null);
    }

    /**
     * Takes whatever is left, in order, and hands each over with its reference.
     *
     * @param last the last sequence number put
     */
    public void takeAll(long last, Consumer<F> taker) {
        for (long seqno = last - mask; seqno <= last; seqno++) {
            F fence = take(seqno);
            if (fence != null) {
                taker.accept(fence);
            }
        }
    }
}
