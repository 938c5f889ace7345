package org.dmafence.rcu;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.jspecify.annotations.Nullable;

/**
 * Places for a fixed number of readers. Everything is guarded by the registry's lock but {@link #epochOf} and {@link
 * #size}, which are for any thread.
 */
final class ReaderChunk {
    private final AtomicReferenceArray<@Nullable ReaderRegistration> registrations;

    /** One past the highest place ever used. Written under the registry's lock before the place's reader exists. */
    private volatile int size;

    /** Places below {@link #size} that are free again: a stack. */
    private int[] free = {};

    private int freeCount;
    private int used;
    private boolean retired;

    /**
     * Whether the registry has it among the chunks with room, and the one after it there; the registry's, under its
     * lock.
     */
    boolean listed;

    @Nullable ReaderChunk nextListed;

    ReaderChunk(int capacity) {
        registrations = new AtomicReferenceArray<>(capacity);
    }

    int capacity() {
        return registrations.length();
    }

    boolean isFull() {
        return used == capacity();
    }

    int used() {
        return used;
    }

    boolean isRetired() {
        return retired;
    }

    /** Takes an empty chunk out of use: no reader gets a place here any more. */
    void retire() {
        assert used == 0 : "a chunk with " + used + " readers is retired";
        retired = true;
    }

    /** The place that the next reader gets; it is free until {@link #occupy}. */
    int nextPlace() {
        return freeCount > 0 ? free[freeCount - 1] : size;
    }

    /** Takes the {@linkplain #nextPlace next place}. Can't fail. */
    void occupy(ReaderRegistration registration) {
        int id = nextPlace();
        if (freeCount > 0) {
            freeCount--;
        } else {
            size = id + 1;
        }
        used++;
        registrations.set(id, registration);
    }

    /** Empties the place for the next reader. What may fail in it comes first. */
    void free(int id) {
        assert registrations.get(id) != null : "place " + id + " is freed twice";
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, Math.min(capacity(), Math.max(8, 2 * freeCount)));
        }
        registrations.set(id, null);
        free[freeCount++] = id;
        used--;
    }

    int size() {
        return size;
    }

    /**
     * The reader's epoch, 0 or less outside a section; an acquiring read that pairs with the release in
     * RcuReader.unlock.
     */
    long epochOf(int id) {
        ReaderRegistration registration = registrations.get(id);
        return registration == null ? 0 : registration.slot().epochAcquire();
    }

    @Nullable ReaderRegistration registration(int id) {
        return registrations.get(id);
    }

    /** What the readers' slots hold now, as counters of that moment. */
    CountersReader counters() {
        CountersManager counters = newCounters(Math.max(1, used));
        for (int id = 0; id < size; id++) {
            ReaderRegistration registration = registrations.get(id);
            if (registration != null) {
                int counter = counters.allocate(registration.name(), RcuDomain.READER_COUNTER_TYPE_ID);
                counters.setCounterValue(counter, Math.max(0, epochOf(id)));
            }
        }
        return counters;
    }

    static CountersManager newCounters(int capacity) {
        return new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * CountersReader.COUNTER_LENGTH)));
    }
}
