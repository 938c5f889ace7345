package org.dmafence.fence;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A set of fences that come and go by the million: a fence goes to the slot of its sequence number or one of the next
 * few, and to a hash table when those are taken. Costs an atomic update each way, no node and no identity hash. Any
 * thread.
 */
final class FenceSlots {
    /*
     * Overview. Numbers of a timeline are consecutive, so its fences take consecutive slots and free them in about that
     * order; timelines start at different places. A fence is found by looking through all of its window: slots may be
     * emptied before it, so an empty one says nothing about the next ones.
     *
     *   slots[i]   null -> fence by CAS in add, fence -> null by CAS in remove; read by forEach, volatile
     *
     * S1  A fence that was added and not removed is in its window or in `overflow`.
     * S2  forEach meets every fence that is in the set from its beginning to its end.
     */
    private static final int SLOTS = 4096;

    private static final int WINDOW = 8;

    private final AtomicReferenceArray<DmaFence> slots = new AtomicReferenceArray<>(SLOTS);
    private final Set<DmaFence> overflow = ConcurrentHashMap.newKeySet();

    /** Adds a fence that is not in the set with this number, before the caller's later volatile loads. */
    void add(DmaFence fence, long seqno) {
        int first = slot(fence, seqno);
        for (int i = first; i < first + WINDOW; i++) {
            int at = i & (SLOTS - 1);
            if (slots.getPlain(at) == null && slots.compareAndSet(at, null, fence)) {
                return;
            }
        }
        overflow.add(fence);
    }

    /** Removes a fence that was added with this number; false if it was not there. */
    boolean remove(DmaFence fence, long seqno) {
        return removeFromWindow(fence, seqno) || (!overflow.isEmpty() && overflow.remove(fence));
    }

    /** Moves a fence to the slots of another number; never without it meanwhile. */
    void renumber(DmaFence fence, long before, long seqno) {
        if (!overflow.contains(fence)) {
            int old = find(fence, before); // first: the windows may overlap, and the new slot is no old one
            add(fence, seqno);
            if (old >= 0) {
                slots.compareAndSet(old, fence, null);
            }
        }
    }

    private boolean removeFromWindow(DmaFence fence, long seqno) {
        int at = find(fence, seqno);
        return at >= 0 && slots.compareAndSet(at, fence, null);
    }

    /** The slot of a fence in its window, -1 if it is in none. */
    private int find(DmaFence fence, long seqno) {
        int first = slot(fence, seqno);
        for (int i = first; i < first + WINDOW; i++) {
            int at = i & (SLOTS - 1);
            if (slots.getPlain(at) == fence) {
                return at;
            }
        }
        return -1;
    }

    private static int slot(DmaFence fence, long seqno) {
        return (int) (fence.context() * 0x9E3779B1L + seqno) & (SLOTS - 1);
    }

    /** Does something with each fence; looks after the caller's earlier volatile stores. */
    void forEach(Consumer<DmaFence> action) {
        for (int i = 0; i < SLOTS; i++) {
            DmaFence fence = slots.get(i); // volatile, so after the store of FenceLedger.closed; pairs with add
            if (fence != null) {
                action.accept(fence);
            }
        }
        overflow.forEach(action);
    }

    int count(Predicate<DmaFence> predicate) {
        AtomicInteger count = new AtomicInteger();
        forEach(fence -> {
            if (predicate.test(fence)) {
                count.getAndIncrement();
            }
        });
        return count.get();
    }

    int size() {
        return count(fence -> true);
    }
}
