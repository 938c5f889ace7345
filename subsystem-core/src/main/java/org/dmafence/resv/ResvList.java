package org.dmafence.resv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * A list of fences with a fixed number of slots. The object's lock is held to change it; readers look at it in a read
 * section. Kernel counterpart: {@code struct dma_resv_list}.
 */
final class ResvList {
    /*
     * The list owns one reference to the fence in each of its first `count` slots. A slot goes from null to an entry,
     * and from entry to entry, and is published before the count that covers it.
     *
     *   field     written by          read by    mode
     *   entries   holder of the lock  readers    setRelease / getAcquire: an entry's fence was retained before
     *   count     holder of the lock  readers    setRelease / getAcquire: slots below it are filled
     */

    /** The most that the kernel's allocator gives to one list: 4 MiB. */
    static final int MAX_CAPACITY = ((4 << 20) - 24) / 8;

    private final AtomicReferenceArray<@Nullable Entry> entries;
    private int count;

    /** A fence and what it stands for: one slot, replaced as a whole. */
    record Entry(DmaFence fence, ResvUsage usage) {}

    /**
     * An empty list.
     *
     * @param wanted slots; there may be more, see {@link #roundUp}
     */
    ResvList(int wanted) {
        entries = new AtomicReferenceArray<>(roundUp(wanted));
    }

    /**
     * How many slots a list for so many really has. The kernel fills up the bucket that its allocator serves the
     * request from, a head of 24 bytes and 8 for each slot, and it shows: a list with room is not replaced, and keeps
     * what has signalled.
     */
    static int roundUp(int wanted) {
        int bytes = 24 + 8 * wanted;
        int bucket;
        if (bytes > 64 && bytes <= 96) {
            bucket = 96;
        } else if (bytes > 128 && bytes <= 192) {
            bucket = 192;
        } else {
            bucket = Integer.highestOneBit(bytes - 1) << 1;
        }
        return (bucket - 24) / 8;
    }

    int capacity() {
        return entries.length();
    }

    /** How many slots are filled. */
    int count() {
        return (int) COUNT.getAcquire(this); // pairs with append: the slots below are filled
    }

    /** A filled slot. */
    Entry entry(int index) {
        return Objects.requireNonNull(entries.getAcquire(index), "a slot below the count"); // pairs with set and append
    }

    boolean isFull() {
        return count == entries.length();
    }

    /** Replaces a filled slot; the caller drops the reference to the old fence. */
    void set(int index, Entry entry) {
        entries.setRelease(index, entry); // pairs with entry()
    }

    /** Fills the next slot. */
    void append(Entry entry) {
        entries.setRelease(count, entry); // pairs with entry()
        COUNT.setRelease(this, count + 1); // pairs with count()
    }

    /** Drops the list's references, when no reader can newly find it. */
    void releaseAll() {
        for (int i = 0; i < count; i++) {
            entry(i).fence().release();
        }
    }

    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(ResvList.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
