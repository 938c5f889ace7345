package org.dmafence.rcu;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of reader slots: Agrona counters, each on cache lines of its own. Allocation and release are guarded by
 * the registry's lock; {@link #epochOf} and {@link #size} are for any thread.
 */
final class ReaderChunk {
    private final CountersManager counters;
    private final AtomicReferenceArray<ReaderRegistry.@Nullable Registration> registrations;

    /** One past the highest slot ever used. Written under the registry's lock before the slot's reader exists. */
    private volatile int size;

    /** Slots taken. Written under the registry's lock; a look without it is a hint. */
    private final AtomicInteger used = new AtomicInteger();

    ReaderChunk(int capacity) {
        counters = new CountersManager(
                new UnsafeBuffer(aligned(capacity * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(aligned(capacity * CountersReader.COUNTER_LENGTH)));
        registrations = new AtomicReferenceArray<>(capacity);
    }

    private static ByteBuffer aligned(int bytes) {
        // A record is two lines long; aligned to a record, no two slots share even a pair of prefetched lines.
        return BufferUtil.allocateDirectAligned(bytes, CountersReader.COUNTER_LENGTH);
    }

    CountersReader counters() {
        return counters;
    }

    int capacity() {
        return registrations.length();
    }

    boolean isFull() {
        return used.get() == capacity();
    }

    int used() {
        return used.get();
    }

    AtomicCounter allocate(String label, int typeId) {
        AtomicCounter counter = counters.newCounter(label, typeId);
        used.incrementAndGet();
        size = Math.max(size, counter.id() + 1);
        return counter;
    }

    void occupy(int id, ReaderRegistry.Registration registration) {
        registrations.set(id, registration);
    }

    /** Empties the slot for the next reader. */
    void free(int id) {
        assert registrations.get(id) != null : "slot " + id + " is freed twice";
        registrations.set(id, null);
        counters.setCounterValue(id, 0);
        counters.free(id);
        used.decrementAndGet();
    }

    int size() {
        return size;
    }

    /** The slot's epoch, 0 outside a section; a volatile read that pairs with the release in RcuReader.unlock. */
    long epochOf(int id) {
        return counters.getCounterValue(id);
    }

    ReaderRegistry.@Nullable Registration registration(int id) {
        return registrations.get(id);
    }
}
