package org.dmafence.resv;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.dmafence.resv.ResvList.Entry;
import org.jspecify.annotations.Nullable;

/** The half of a {@link ReservationObject} that changes it: the list, the lock, and what needs the lock. */
abstract class ResvChanges {
    /*
     * Overview. `list` is followed by readers in a read section and replaced by the holder of the lock. The list owns a
     * reference to each fence in it and drops it after the fence is out of readers' reach, so a reader that fails to
     * retain a fence can tell that it looks at old news.
     *
     * I1  Everything in `list` was retained before it was published.
     * I2  A fence leaves a slot, or its list, before the list's reference to it is dropped.
     * I3  An error is in `kept` before the fence that has it leaves the list.
     * I4  While `changing`, which only the holder of the lock writes and reads, the list is not changed by anybody
     *     else: not by a callback either that a poll runs on this very thread.
     *
     *   field      written by            read by               mode
     *   list       holder of the lock    readers, in sections  RcuReference: assign / dereference
     *   changing   holder of the lock    holder of the lock    plain
     *   closed     holder of no lock     holder of the lock    plain: closing has to be the last thing done
     */

    private static final int FIRST_CAPACITY = 4;

    final FenceRuntime runtime;
    final @Nullable KeptErrors kept;
    private final WwMutex mutex;
    private final RcuReference<ResvList> list;
    private boolean changing;
    private boolean closed;

    ResvChanges(FenceRuntime runtime, WwClass wwClass, ErrorPolicy policy) {
        this.runtime = runtime;
        mutex = new WwMutex(wwClass, runtime.parking());
        list = new RcuReference<>(runtime.rcu(), null);
        kept = policy == ErrorPolicy.KEEP_FIRST ? new KeptErrors() : null;
    }

    /**
     * The lock: held to change the list. Kernel counterpart: {@code dma_resv_lock()} and its relatives, which are those
     * of {@code ww_mutex}.
     */
    public WwMutex mutex() {
        return mutex;
    }

    /**
     * Makes room for fences that will be added before the lock is given up. When the list has to grow, what has
     * signalled is dropped from it. Polls then. Kernel counterpart: {@code dma_resv_reserve_fences()}.
     *
     * @throws IllegalArgumentException for no slots, or more than a list can have
     */
    public void reserve(int fences) {
        if (fences <= 0 || fences > ResvList.MAX_CAPACITY) {
            throw new IllegalArgumentException("reserved " + fences + " slots; ask for 1 to " + ResvList.MAX_CAPACITY);
        }
        ResvList old = begin("reserve");
        List<Entry> dropped = new ArrayList<>();
        try {
            int filled = old == null ? 0 : old.count();
            if (old != null && filled + fences <= old.capacity()) {
                return;
            }
            ResvList grown = new ResvList(grownCapacity(old, filled + fences));
            for (int i = 0; old != null && i < filled; i++) {
                Entry entry = old.entry(i);
                if (entry.fence().pollSignaled()) {
                    dropped.add(entry);
                } else {
                    grown.append(entry);
                }
            }
            dropped.forEach(this::note); // I3
            list.assign(grown);
        } finally {
            changing = false;
        }
        for (int i = dropped.size() - 1; i >= 0; i--) { // the kernel's order; none of this throws
            dropped.get(i).fence().release();
        }
    }

    private static int grownCapacity(@Nullable ResvList old, int needed) {
        int wanted = old == null
                ? Math.max(FIRST_CAPACITY, Integer.highestOneBit(2 * needed - 1))
                : Math.max(needed, 2 * old.capacity());
        if (needed > ResvList.MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "a list of " + needed + " fences; " + ResvList.MAX_CAPACITY + " is the most there can be");
        }
        return Math.min(wanted, ResvList.MAX_CAPACITY);
    }

    /**
     * Adds a fence in a reserved slot, or in the place of the first one that has signalled, or is of the same context,
     * not newer, and of no stronger usage. Takes a reference. Polls. Kernel counterpart: {@code dma_resv_add_fence()}.
     *
     * @param fence not a container (reported, not refused): add what is in it instead
     * @throws ResvUsageException if there is no slot left: {@link #reserve} first
     */
    public void add(DmaFence fence, ResvUsage usage) {
        Objects.requireNonNull(usage, "usage");
        ResvList to = begin("add");
        DmaFence replaced;
        try {
            if (to == null) {
                throw new ResvUsageException("add to " + this + " without a slot: call reserve(n) after locking");
            }
            if (kept != null) {
                kept.removeSignaled(); // may fail, so it comes before anything is changed
            }
            if (FenceArray.isArray(fence) || FenceChain.isChain(fence)) {
                runtime.warn(fence + ", a container, was added to " + this + "; add the fences in it one by one");
            }
            replaced = putRetained(to, fence, usage);
        } finally {
            changing = false;
        }
        if (replaced != null) {
            replaced.release();
        }
    }

    private @Nullable DmaFence putRetained(ResvList to, DmaFence fence, ResvUsage usage) {
        Entry added = new Entry(fence.retain(), usage); // I1
        boolean put = false;
        try {
            DmaFence replaced = put(to, added);
            put = true;
            return replaced;
        } finally {
            if (!put) {
                fence.release();
            }
        }
    }

    /** Puts an entry into the list; the fence that it replaced, if the list's reference to that is to be dropped. */
    private @Nullable DmaFence put(ResvList to, Entry added) {
        for (int i = 0; i < to.count(); i++) {
            Entry old = to.entry(i);
            boolean succeeded = old.fence().sharesTimeline(added.fence())
                    && old.usage().includes(added.usage())
                    && added.fence().isLaterThanOrSame(old.fence());
            if (succeeded || old.fence().pollSignaled()) {
                // The same fence may come again for a weaker usage: then its failure counts for the stronger one still.
                boolean leaves = old.fence() != added.fence() || old.fence().isSignaled();
                boolean watched = kept != null && leaves && kept.keep(old); // I3
                to.set(i, added); // I2
                return watched ? null : old.fence();
            }
        }
        if (to.isFull()) {
            throw new ResvUsageException("add to " + this + ", whose " + to.capacity()
                    + " slots are full: call reserve(n) for all that will be added");
        }
        to.append(added);
        return null;
    }

    /**
     * Puts a fence into the place of every fence of a context, on the caller's word that those no longer matter: what
     * they were to protect is protected by this one. Takes a reference for each. Kernel counterpart: {@code
     * dma_resv_replace_fences()}.
     *
     * @param contextId of the runtime that the new fence is of
     */
    public void replace(long contextId, DmaFence fence, ResvUsage usage) {
        Objects.requireNonNull(fence, "fence");
        Objects.requireNonNull(usage, "usage");
        ResvList in = begin("replace");
        try {
            for (int i = 0; in != null && i < in.count(); i++) {
                Entry old = in.entry(i);
                if (old.fence().context() == contextId && old.fence().runtime() == fence.runtime()) {
                    note(old); // I3; what may fail comes before the reference
                    Entry replacing = new Entry(fence.retain(), usage); // I1
                    in.set(i, replacing); // I2
                    old.fence().release();
                }
            }
        } finally {
            changing = false;
        }
    }

    /**
     * Has this object, whose lock is held, list what another one lists and has not signalled, and nothing else. The
     * other's lock is not needed. Kernel counterpart: {@code dma_resv_copy_fences()}.
     */
    public void copyFrom(ReservationObject source) {
        Objects.requireNonNull(source, "source");
        ResvList leaving = begin("copyFrom");
        ResvList copy = null;
        try {
            try (ResvCursor cursor = new ResvCursor(source, ResvUsage.BOOKKEEP, kept != null)) {
                for (; ; ) {
                    DmaFence fence = cursor.next();
                    if (cursor.isRestarted() && copy != null) {
                        copy.releaseAll();
                        copy = null;
                    }
                    if (fence == null) {
                        break;
                    }
                    if (fence.isSignaled()) { // with an error
                        note(new Entry(fence, cursor.usage()));
                        continue;
                    }
                    if (copy == null) {
                        copy = new ResvList(cursor.listed());
                    }
                    copy.append(new Entry(fence.retain(), cursor.usage()));
                }
            }
            if (kept != null && source.kept != null && source != this) {
                kept.keepAll(source.kept.retained(ResvUsage.BOOKKEEP));
            }
            for (int i = 0; leaving != null && i < leaving.count(); i++) {
                note(leaving.entry(i)); // I3
            }
            list.assign(copy);
            copy = leaving; // what is to be released: the other one, if anything failed
        } finally {
            changing = false;
            if (copy != null) {
                copy.releaseAll();
            }
        }
    }

    /** Forgets the errors of fences that are not listed any more: the contents are good. With the lock held. */
    public void clearErrors() {
        ResvList unused = begin("forgetErrors");
        try {
            if (kept != null) {
                kept.clear();
            }
        } finally {
            changing = false;
        }
    }

    /** All fences in the list, for going through with the lock held. */
    public LockedResvCursor lockedCursor(ResvUsage usage) {
        return new LockedResvCursor(this, Objects.requireNonNull(usage, "usage"));
    }

    /**
     * Drops all fences; the last thing done with the object. Kernel counterpart: {@code dma_resv_fini()}.
     *
     * @throws ResvUsageException if somebody holds the lock
     */
    public void close() {
        if (mutex.isLocked()) {
            throw new ResvUsageException(this + " was closed while somebody holds its lock; unlock it first");
        }
        closed = true;
        ResvList last = list.replace(null);
        if (last != null) {
            last.releaseAll();
        }
        if (kept != null) {
            kept.clear();
        }
    }

    /** The list, to be looked at in the reader's section. */
    @Nullable ResvList listIn(RcuReader reader) {
        return list.dereference(reader);
    }

    /** Whether this is the list still; it is not looked into, so that needs no section. */
    boolean isListed(@Nullable ResvList seen) {
        return list.access() == seen;
    }

    /** The list, for the holder of the lock. */
    @Nullable ResvList heldList(String call) {
        requireHeld(call);
        return list.dereferenceProtected();
    }

    void requireHeld(String call) {
        if (!mutex.isHeldByCurrentThread()) {
            throw new ResvUsageException(call + " on " + this + " without its lock; lock mutex() first");
        }
    }

    /** Begins a change of the list, which ends when {@code changing} is reset. */
    private @Nullable ResvList begin(String call) {
        ResvList held = heldList(call);
        if (closed) {
            throw new ResvUsageException(call + " on " + this + ", which was closed");
        }
        if (changing) {
            throw new ResvUsageException(
                    call + " on " + this + " by a callback, in the middle of another change by the "
                            + "same thread; callbacks may look but not change");
        }
        changing = true;
        return held;
    }

    private void note(Entry leaving) {
        if (kept != null) {
            kept.note(leaving.fence(), leaving.usage());
        }
    }
}
