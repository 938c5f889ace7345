package org.dmafence.rcu;

import java.lang.invoke.VarHandle;
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
 * The readers of one domain, in chunks that come and go with their number.
 *
 * <p>Nothing here holds a thread strongly, or a reader that is bound to none. A place is taken back when its thread has
 * ended or its handle is unreachable: during a grace period that finds it in the way, a few after each grace period,
 * and before a chunk is added.
 */
final class ReaderRegistry {
    // Implementation overview
    //
    // R1  A registration costs a constant, on average: all places are looked at for dead readers only when no chunk has
    //     room and half as many readers have come as there are places, since that was done last.
    // R2  A chunk is in `chunks` while it has a reader, so that each grace period that begins later finds it. An empty
    //     one is retired unless it is the only one with room; a retired one never gets a reader again. A grace period
    //     that began with it in its array finds it empty.
    // R3  Whatever is counted or linked is so under `lock`; what is told to a listener is told without it.
    // R4  What may fail for want of memory comes before the first change: no place is lost, no chunk half listed.

    private static final int FIRST_CHUNK = 16;
    private static final int LARGEST_CHUNK = 1024;

    /** After a grace period one place in so many is looked at, but no fewer than a handful. */
    private static final int SWEEP_SHARE = 8;

    private static final int SMALLEST_SWEEP = 32;

    private final String domain;
    private final ReaderSlot epoch;
    private final boolean fenced;
    private final RcuReports reports;
    private final LongAdder reaped = new LongAdder();
    private final LongAdder diedInSection = new LongAdder();

    /** Guards the chunks and the fields below, but for what is volatile. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Replaced under the lock. */
    private volatile ReaderChunk[] chunks = {};

    private final RoomyChunks roomy = new RoomyChunks();

    private int places;
    private int readers;
    private int registeredSinceReap;

    /** How many places were looked at for dead readers; for tests. */
    private long looks;

    /** Where the next sweep goes on. */
    private int sweepChunk;

    private int sweepPlace;

    /** The handles that are bound to no thread, few and long-lived, for {@link #isHeldByHandle}. */
    private final CopyOnWriteArrayList<ReaderRegistration> handles = new CopyOnWriteArrayList<>();

    ReaderRegistry(String domain, ReaderSlot epoch, boolean fenced, RcuReports reports) {
        this.domain = domain;
        this.epoch = epoch;
        this.fenced = fenced;
        this.reports = reports;
    }

    RcuReader register(String name, @Nullable Thread thread) {
        List<ReaderRegistration> died = List.of();
        RcuReader reader;
        lock.lock();
        try {
            if (roomy.first() == null && 2 * registeredSinceReap >= places) { // R1
                registeredSinceReap = 0;
                died = reapDead();
            }
            ReaderChunk roomiest = roomy.first();
            ReaderChunk chunk = roomiest == null ? grow() : roomiest;
            ReaderSlot indirect = fenced || thread == null ? new ReaderSlot() : null;
            ReaderRegistration registration = new ReaderRegistration(this, chunk, chunk.nextPlace(), name, thread);
            reader = new RcuReader(registration, indirect, epoch, fenced);
            registration.bind(reader, indirect == null ? reader : indirect);
            if (thread == null) {
                handles.add(registration);
            }
            chunk.occupy(registration); // from here on nothing fails (R4)
            readers++;
            registeredSinceReap++;
        } finally {
            lock.unlock();
        }
        // The place is within the chunk's size before the reader's first section reads anything: a grace period that
        // does not find the place has published before those reads. Pairs with the barrier in GracePeriods.begin.
        VarHandle.fullFence();
        died.forEach(registration -> reports.diedInSection(registration, 0, registration.diedAtEpoch));
        return reader;
    }

    private ReaderChunk grow() {
        ReaderChunk[] current = chunks;
        int last = current.length - 1;
        ReaderChunk added =
                new ReaderChunk(last < 0 ? FIRST_CHUNK : Math.min(LARGEST_CHUNK, 2 * current[last].capacity()));
        ReaderChunk[] grown = Arrays.copyOf(current, current.length + 1);
        grown[current.length] = added;
        roomy.addLast(added);
        places += added.capacity();
        chunks = grown;
        return added;
    }

    private void shrinkBy(ReaderChunk empty) {
        ReaderChunk[] current = chunks;
        ReaderChunk[] left;
        try {
            left = new ReaderChunk[current.length - 1];
        } catch (OutOfMemoryError e) { // it stays, with room
            return;
        }
        int count = 0;
        for (ReaderChunk chunk : current) {
            if (chunk != empty) {
                left[count++] = chunk;
            }
        }
        empty.retire();
        places -= empty.capacity();
        chunks = left;
    }

    /** All that are dead; those that were inside a section are to be told of. */
    private List<ReaderRegistration> reapDead() {
        List<ReaderRegistration> died = new ArrayList<>();
        for (ReaderChunk chunk : chunks) {
            for (int id = 0; id < chunk.size(); id++) {
                reapIfDead(chunk.registration(id), died);
            }
        }
        return died;
    }

    /** False if the reader lives. Under the lock. */
    private boolean reapIfDead(@Nullable ReaderRegistration registration, List<ReaderRegistration> died) {
        looks++;
        if (registration == null) {
            return true;
        }
        if (!registration.isDead()) {
            return false;
        }
        registration.diedAtEpoch = registration.slot().epochAcquire();
        if (registration.diedAtEpoch > 0) {
            died.add(registration); // may fail, so it comes before the place is given away
        }
        remove(registration);
        reaped.increment();
        if (registration.diedAtEpoch > 0) {
            diedInSection.increment();
        }
        return true;
    }

    /** Takes the place back if its reader can never leave; true also when the place had no reader any more. */
    boolean reapIfDead(ReaderChunk chunk, int id, long blockedNs) {
        List<ReaderRegistration> died = new ArrayList<>(1);
        boolean free;
        lock.lock();
        try {
            free = reapIfDead(chunk.registration(id), died);
        } finally {
            lock.unlock();
        }
        died.forEach(registration -> reports.diedInSection(registration, blockedNs, registration.diedAtEpoch));
        return free;
    }

    /**
     * Looks at some places for dead readers, so that what many threads left behind goes with time. For a thread that
     * has run a grace period, which has looked at all of them.
     */
    void sweep() {
        if (chunks.length < 2) {
            return;
        }
        List<ReaderRegistration> died;
        try {
            died = new ArrayList<>();
        } catch (OutOfMemoryError e) { // the grace period has ended all the same; the next one sweeps
            return;
        }
        if (!lock.tryLock()) {
            return;
        }
        try {
            int budget = Math.max(SMALLEST_SWEEP, places / SWEEP_SHARE);
            while (budget > 0) {
                ReaderChunk[] current = chunks;
                if (sweepChunk >= current.length) {
                    sweepChunk = 0;
                    sweepPlace = 0;
                    break; // at most once around
                }
                ReaderChunk chunk = current[sweepChunk];
                for (; sweepPlace < chunk.size() && budget > 0 && !chunk.isRetired(); sweepPlace++, budget--) {
                    reapIfDead(chunk.registration(sweepPlace), died);
                }
                if (chunk.isRetired()) {
                    sweepPlace = 0; // the next one has moved up
                } else if (sweepPlace >= chunk.size()) {
                    sweepChunk++;
                    sweepPlace = 0;
                }
            }
        } catch (OutOfMemoryError e) { // what is not looked at now is looked at another time
            sweepPlace = 0;
        } finally {
            lock.unlock();
        }
        died.forEach(registration -> reports.diedInSection(registration, 0, registration.diedAtEpoch));
    }

    /** The handle is closed by its holder; does nothing if the place has another reader by now. */
    void unregister(ReaderRegistration registration) {
        lock.lock();
        try {
            if (registration.chunk.registration(registration.id) == registration) {
                remove(registration);
            }
        } finally {
            lock.unlock();
        }
    }

    private void remove(ReaderRegistration registration) {
        ReaderChunk chunk = registration.chunk;
        if (!registration.isThreadBound()) {
            handles.remove(registration); // may fail; another try finds everything as it was, or this done
        }
        chunk.free(registration.id);
        readers--;
        if (!chunk.listed) { // a chunk that is full may still be listed, as nobody has looked for room since
            roomy.addLast(chunk);
        }
        if (chunk.used() == 0 && places - chunk.capacity() > readers) { // another one has room (R2)
            shrinkBy(chunk);
        }
    }

    /** How many chunks are listed as having room; for tests. */
    int listed() {
        return roomy.size();
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
        for (ReaderRegistration handle : handles) {
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
                ReaderRegistration registration = chunk.registration(id);
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

    private static @Nullable Thread owner(ReaderRegistration registration, Map<Thread, StackTraceElement[]> threads) {
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
            return readers;
        } finally {
            lock.unlock();
        }
    }

    /** How many there is room for; for tests. */
    int places() {
        lock.lock();
        try {
            return places;
        } finally {
            lock.unlock();
        }
    }

    long looks() {
        lock.lock();
        try {
            return looks;
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
            CountersManager own = ReaderChunk.newCounters(1);
            own.setCounterValue(own.allocate("rcu epoch of " + domain, RcuDomain.EPOCH_COUNTER_TYPE_ID), epoch.get());
            counters.add(own);
            for (ReaderChunk chunk : chunks) {
                counters.add(chunk.counters());
            }
        } finally {
            lock.unlock();
        }
        return counters;
    }
}
