package org.dmafence.rcu;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of registered readers, each with an Agrona counter that shows its slot to monitors. Allocation, release and
 * {@link #publish} are guarded by the registry's lock; {@link #epochOf} and {@link #size} are for any thread.
 */
final class ReaderChunk {
    private final CountersManager counters;
    private final AtomicReferenceArray<ReaderRegistry.@Nullable Registration> registrations;

    /** One past the highest slot ever used. Written under the registry's lock before the slot's reader exists. */
    private volatile int size;

    /** Slots taken. Written under the registry's lock; a look without it is a hint. */
    private final AtomicInteger used = new AtomicInteger();

    ReaderChunk(int capacity) {
        counters = newCounters(capacity);
        registrations = new AtomicReferenceArray<>(capacity);
    }

    static CountersManager newCounters(int capacity) {
        return new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * CountersReader.COUNTER_LENGTH)));
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

    int allocate(String label, int typeId) {
        int id = counters.allocate(label, typeId);
        used.incrementAndGet();
        size = Math.max(size, id + 1);
        return id;
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

    /** The reader's epoch, 0 or less outside a section; an acquiring read that pairs with the release in RcuReader.unlock. */
    long epochOf(int id) {
        ReaderRegistry.Registration registration = registrations.get(id);
        return registration == null ? 0 : registration.slot().epochAcquire();
    }

    /** Copies the slots to the counters. */
    void publish() {
        for (int id = 0; id < size; id++) {
            if (registrations.get(id) != null) {
                counters.setCounterValue(id, Math.max(0, epochOf(id)));
            }
        }
    }

    ReaderRegistry.@Nullable Registration registration(int id) {
        return registrations.get(id);
    }
}
