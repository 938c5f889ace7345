package org.dmafence.rcu;

import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.jspecify.annotations.Nullable;

/**
 * The readers of one domain, in chunks that grow on demand.
 *
 * <p>Nothing here holds a thread strongly, or a reader that is bound to none. A place is taken back when its thread has ended
 * or its handle is unreachable: during a grace period that finds it in the way, and before another chunk is added.
 */
final class ReaderRegistry {
    private static final int FIRST_CHUNK = 16;
    private static final int LARGEST_CHUNK = 1024;

    private final ReaderSlot epoch;
    private final boolean fenced;
    private final RcuReports reports;
    private final CountersManager epochCounter = ReaderChunk.newCounters(1);
    private final LongAdder reaped = new LongAdder();
    private final LongAdder diedInSection = new LongAdder();

    /** Guards allocation in the chunks and the array's growth. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Append-only, replaced under the lock. */
    private volatile ReaderChunk[] chunks = {};

    /** The handles that are bound to no thread, few and long-lived, for {@link #isHeldByHandle}. */
    private final CopyOnWriteArrayList<Registration> handles = new CopyOnWriteArrayList<>();

    ReaderRegistry(String domain, ReaderSlot epoch, boolean fenced, RcuReports reports) {
        epochCounter.allocate("rcu epoch of " + domain, RcuDomain.EPOCH_COUNTER_TYPE_ID);
        this.epoch = epoch;
        this.fenced = fenced;
        this.reports = reports;
    }

    RcuReader register(String name, @Nullable Thread thread) {
        if (spaceFor(chunks) == null) {
            reapDead(); // before taking the lock: it may report
        }
        RcuReader reader;
        lock.lock();
        try {
            ReaderChunk free = spaceFor(chunks);
            ReaderChunk chunk = free == null ? grow() : free;
            int id = chunk.allocate(name, RcuDomain.READER_COUNTER_TYPE_ID);
            Registration registration = new Registration(this, chunk, id, name, thread);
            ReaderSlot indirect = fenced || thread == null ? new ReaderSlot() : null;
            reader = new RcuReader(registration, indirect, epoch, fenced);
            registration.bind(reader, indirect == null ? reader : indirect);
            chunk.occupy(id, registration);
            if (thread == null) {
                handles.add(registration);
            }
        } finally {
            lock.unlock();
        }
        // The slot is within the chunk's size before the reader's first section reads anything: a grace period that
        // does not find the slot has published before those reads. Pairs with the barrier in GracePeriods.begin.
        VarHandle.fullFence();
        return reader;
    }

    private static @Nullable ReaderChunk spaceFor(ReaderChunk[] chunks) {
        for (ReaderChunk chunk : chunks) {
            if (!chunk.isFull()) {
                return chunk;
            }
        }
        return null;
    }

    private void reapDead() {
        for (ReaderChunk chunk : chunks) {
            for (int id = 0; id < chunk.size(); id++) {
                reapIfDead(chunk, id, 0);
            }
        }
    }

    private ReaderChunk grow() {
        ReaderChunk[] current = chunks;
        int last = current.length - 1;
        ReaderChunk added =
                new ReaderChunk(last < 0 ? FIRST_CHUNK : Math.min(LARGEST_CHUNK, 2 * current[last].capacity()));
        ReaderChunk[] grown = Arrays.copyOf(current, current.length + 1);
        grown[current.length] = added;
        chunks = grown;
        return added;
    }

    /** Takes the slot back if its reader can never leave; true also when the slot had no reader any more. */
    boolean reapIfDead(ReaderChunk chunk, int id, long blockedNs) {
        long entryEpoch;
        Registration registration;
        lock.lock();
        try {
            registration = chunk.registration(id);
            if (registration == null) {
                return true;
            }
            if (!registration.isDead()) {
                return false;
            }
            entryEpoch = chunk.epochOf(id);
            remove(registration);
            reaped.increment();
            if (entryEpoch > 0) {
                diedInSection.increment();
            }
        } finally {
            lock.unlock();
        }
        if (entryEpoch > 0) {
            reports.diedInSection(registration, blockedNs, entryEpoch);
        }
        return true;
    }

    private void remove(Registration registration) {
        registration.chunk.free(registration.id);
        if (!registration.isThreadBound()) {
            handles.remove(registration);
        }
    }

    /** The chunks to scan. Read it after the grace period's barrier. */
    ReaderChunk[] chunks() {
        return chunks;
    }

    /** Whether the current thread is inside a section of a handle that is bound to no thread. */
    boolean isHeldByHandle() {
        if (handles.isEmpty()) {
            return false;
        }
        long id = Thread.currentThread().getId();
        for (Registration handle : handles) {
            if (handle.chunk.epochOf(handle.id) > 0 && handle.ownerId() == id) {
                return true;
            }
        }
        return false;
    }

    /** Reports each reader whose section is older than the target epoch. */
    void reportStalled(long target, long blockedNs) {
        Map<Thread, StackTraceElement[]> threads = Map.of();
        for (ReaderChunk chunk : chunks) {
            for (int id = 0; id < chunk.size(); id++) {
                long entryEpoch = chunk.epochOf(id);
                Registration registration = chunk.registration(id);
                if (entryEpoch > 0 && entryEpoch < target && registration != null) {
                    Thread thread = registration.thread();
                    if (thread == null && threads.isEmpty()) {
                        threads = Thread.getAllStackTraces();
                    }
                    reports.stalled(
                            registration,
                            thread == null ? owner(registration, threads) : thread,
                            blockedNs,
                            entryEpoch);
                }
            }
        }
    }

    private static @Nullable Thread owner(Registration registration, Map<Thread, StackTraceElement[]> threads) {
        long id = registration.ownerId();
        for (Thread thread : threads.keySet()) {
            if (thread.getId() == id) {
                return thread;
            }
        }
        return null;
    }

    int readers() {
        lock.lock();
        try {
            int readers = 0;
            for (ReaderChunk chunk : chunks) {
                readers += chunk.used();
            }
            return readers;
        } finally {
            lock.unlock();
        }
    }

    long reaped() {
        return reaped.sum();
    }

    long diedInSection() {
        return diedInSection.sum();
    }

    /** The counters, showing what the slots hold now. */
    List<CountersReader> counters() {
        List<CountersReader> counters = new ArrayList<>();
        lock.lock();
        try {
            epochCounter.setCounterValue(0, epoch.get());
            counters.add(epochCounter);
            for (ReaderChunk chunk : chunks) {
                chunk.publish();
                counters.add(chunk.counters());
            }
        } finally {
            lock.unlock();
        }
        return counters;
    }

    /** Who owns a slot. Refers to the thread weakly, and to the reader when it is bound to none. */
    static final class Registration {
        private final ReaderRegistry registry;
        private final ReaderChunk chunk;
        private final int id;
        private final String name;
        private final @Nullable WeakReference<Thread> thread;
        private WeakReference<@Nullable RcuReader> reader = new WeakReference<>(null);

        /** Set by {@link #bind}: the reader, whose field it may be, needs this registration first. */
        @SuppressWarnings("NullAway.Init")
        private ReaderSlot slot;

        Registration(ReaderRegistry registry, ReaderChunk chunk, int id, String name, @Nullable Thread thread) {
            this.registry = registry;
            this.chunk = chunk;
            this.id = id;
            this.name = name;
            this.thread = thread == null ? null : new WeakReference<>(thread);
        }

        /** Before the registration is in its chunk, whose release publishes it. */
        void bind(RcuReader registered, ReaderSlot where) {
            reader = new WeakReference<>(registered);
            slot = where;
        }

        /** Where the reader's epoch is. */
        ReaderSlot slot() {
            return slot;
        }

        String name() {
            return name;
        }

        boolean isThreadBound() {
            return thread != null;
        }

        @Nullable Thread thread() {
            return thread == null ? null : thread.get();
        }

        boolean isUsableByCurrentThread() {
            return thread == null || thread.get() == Thread.currentThread();
        }

        long ownerId() {
            RcuReader live = reader.get();
            return live == null ? 0 : live.ownerIdOpaque();
        }

        /** Nobody is left who could leave the section. */
        boolean isDead() {
            if (reader.get() == null) {
                return true;
            }
            if (thread == null) {
                return false;
            }
            Thread owner = thread.get();
            return owner == null || !owner.isAlive();
        }

        void unregister() {
            registry.lock.lock();
            try {
                if (chunk.registration(id) == this) {
                    registry.remove(this);
                }
            } finally {
                registry.lock.unlock();
            }
        }
    }
}
