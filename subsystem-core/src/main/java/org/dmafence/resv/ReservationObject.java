package org.dmafence.resv;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.fence.container.FenceMerge;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.dmafence.resv.ResvList.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The fences of all pending use of one buffer, each with what it stands for, and the lock that orders who adds to them.
 * Kernel counterpart: {@code struct dma_resv}.
 *
 * <p>To add a fence: hold the {@linkplain #mutex lock}, {@linkplain #reserve reserve} a slot, which is where memory may run out,
 * then {@linkplain #add add}, which cannot fail. To look or wait, no lock is needed.
 *
 * <p><b>Errors.</b> A wait, or {@link #testSignaled}, answers whether fences have <i>signalled</i> and never whether they
 * succeeded. What does speak of success is {@link #singleton}, because whoever holds its answer will ask it for an error, and
 * {@link #error}. In the default mode, {@link ErrorPolicy#KEEP_FIRST}, neither forgets a failure: a fence that signalled with an
 * error leaves its first error behind, by usage, when it leaves the list, and a fence whose slot was taken by a newer one of its
 * context is still watched, unlisted, until it has signalled. That lasts until somebody who made the contents good again calls
 * {@link #forgetErrors}. The two calls that throw unsignalled fences out on the caller's word, {@link #replace} and
 * {@link #copyFrom}, are taken at their word.
 *
 * <p><b>Progress.</b> Looking is lock-free: a reader starts again only when a writer got on. Writers block each other.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before adding a fence <i>happens-before</i> what another does after it
 * saw the fence in here.
 */
public final class ReservationObject implements AutoCloseable {
    /*
     * Overview. `list` is followed by readers in a read section and replaced by the holder of the lock. The list owns a
     * reference to each fence in it and drops it after the fence is out of readers' reach, so a reader that fails to retain a
     * fence can tell that it looks at old news.
     *
     * I1  Everything in `list` was retained before it was published.
     * I2  A fence leaves a slot, or its list, before the list's reference to it is dropped.
     * I3  An error is in `kept` before the fence that has it leaves the list.
     * I4  While `changing`, which only the holder of the lock writes and reads, the list is not changed by anybody else: not by
     *     a callback either that a poll runs on this very thread.
     *
     *   field      written by            read by               mode
     *   list       holder of the lock    readers, in sections  RcuReference: assign / dereference
     *   changing   holder of the lock    holder of the lock    plain
     *   closed     holder of no lock     holder of the lock    plain: closing has to be the last thing done
     */

    /** The class of all these locks. Kernel counterpart: {@code reservation_ww_class}, which is declared as wait-die. */
    public static final WwClass LOCKS = WwClass.waitDie("reservation_ww_class");

    private static final int FIRST_CAPACITY = 4;

    private final FenceRuntime runtime;
    private final WwMutex mutex;
    private final RcuReference<ResvList> list;
    private final @Nullable KeptErrors kept;
    private boolean changing;
    private boolean closed;

    private ReservationObject(FenceRuntime runtime, ErrorPolicy policy) {
        this.runtime = runtime;
        mutex = new WwMutex(LOCKS, runtime.parking());
        list = new RcuReference<>(runtime.rcu(), null);
        kept = policy == ErrorPolicy.KEEP_FIRST ? new KeptErrors(runtime) : null;
    }

    /** An object without fences that keeps first errors. */
    public static ReservationObject create(FenceRuntime runtime) {
        return create(runtime, ErrorPolicy.KEEP_FIRST);
    }

    /** An object without fences. Kernel counterpart: {@code dma_resv_init()}. */
    public static ReservationObject create(FenceRuntime runtime, ErrorPolicy policy) {
        return new ReservationObject(
                Objects.requireNonNull(runtime, "runtime"), Objects.requireNonNull(policy, "policy"));
    }

    /**
     * The lock: held to change the list. Kernel counterpart: {@code dma_resv_lock()} and its relatives, which are those of
     * {@code ww_mutex}.
     */
    public WwMutex mutex() {
        return mutex;
    }

    /** The runtime whose clock, parking and RCU domain the object uses. */
    public FenceRuntime runtime() {
        return runtime;
    }

    /** What becomes of errors. */
    public ErrorPolicy errorPolicy() {
        return kept == null ? ErrorPolicy.KERNEL : ErrorPolicy.KEEP_FIRST;
    }

    // ---- changing the list, with the lock held ---------------------------------------------------------------------

    /**
     * Makes room for fences that will be added before the lock is given up. When the list has to grow, what has signalled is
     * dropped from it. Polls then. Kernel counterpart: {@code dma_resv_reserve_fences()}.
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
        for (int i = dropped.size() - 1; i >= 0; i--) { // the kernel's order
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
     * Adds a fence in a reserved slot, or in the place of the first one that has signalled, or is of the same context, not newer,
     * and of no stronger usage. Takes a reference. Polls. Kernel counterpart: {@code dma_resv_add_fence()}.
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
            Entry added = new Entry(fence.retain(), usage); // I1
            if (FenceArray.isArray(fence) || FenceChain.isChain(fence)) {
                runtime.warn(fence + ", a container, was added to " + this + "; add the fences in it one by one");
            }
            replaced = put(to, added);
        } finally {
            changing = false;
        }
        if (replaced != null) {
            replaced.release();
        }
        if (kept != null) {
            kept.purge();
        }
    }

    /** Puts an entry into the list; the fence that it replaced, if the list's reference to that is to be dropped. */
    private @Nullable DmaFence put(ResvList to, Entry added) {
        for (int i = 0; i < to.count(); i++) {
            Entry old = to.entry(i);
            boolean succeeded = old.fence().context() == added.fence().context()
                    && old.usage().includes(added.usage())
                    && added.fence().isLaterThanOrSame(old.fence());
            if (succeeded || old.fence().pollSignaled()) {
                boolean watched = kept != null && old.fence() != added.fence() && kept.keep(old); // I3
                to.set(i, added); // I2
                return watched ? null : old.fence();
            }
        }
        if (to.isFull()) {
            added.fence().release();
            throw new ResvUsageException("add to " + this + ", whose " + to.capacity()
                    + " slots are full: call reserve(n) for all that will be added");
        }
        to.append(added);
        return null;
    }

    /**
     * Puts a fence into the place of every fence of a context, on the caller's word that those no longer matter: what they were
     * to protect is protected by this one. Takes a reference for each. Kernel counterpart: {@code dma_resv_replace_fences()}.
     */
    public void replace(long contextId, DmaFence fence, ResvUsage usage) {
        Objects.requireNonNull(usage, "usage");
        ResvList in = begin("replace");
        try {
            for (int i = 0; in != null && i < in.count(); i++) {
                Entry old = in.entry(i);
                if (old.fence().context() == contextId) {
                    Entry replacing = new Entry(fence.retain(), usage); // I1
                    note(old); // I3
                    in.set(i, replacing); // I2
                    old.fence().release();
                }
            }
        } finally {
            changing = false;
        }
    }

    /**
     * Has this object, whose lock is held, list what another one lists and has not signalled, and nothing else. The other's lock
     * is not needed. Kernel counterpart: {@code dma_resv_copy_fences()}.
     */
    public void copyFrom(ReservationObject source) {
        ResvList old = begin("copyFrom");
        try {
            ResvList copy = null;
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
                for (Entry entry : source.kept.retained(ResvUsage.BOOKKEEP)) {
                    if (!kept.keep(entry)) {
                        entry.fence().release();
                    }
                }
            }
            for (int i = 0; old != null && i < old.count(); i++) {
                note(old.entry(i)); // I3
            }
            list.assign(copy);
        } finally {
            changing = false;
        }
        if (old != null) {
            old.releaseAll();
        }
    }

    /** All fences in the list, for going through with the lock held. */
    public LockedResvCursor lockedCursor(ResvUsage usage) {
        return new LockedResvCursor(this, Objects.requireNonNull(usage, "usage"));
    }

    // ---- looking, without the lock ---------------------------------------------------------------------------------

    /** The fences that have not signalled, for going through without the lock. */
    public ResvCursor cursor(ResvUsage usage) {
        return new ResvCursor(this, Objects.requireNonNull(usage, "usage"), false);
    }

    /**
     * The fences that have not signalled; each with a new reference, which the caller drops. Kernel counterpart:
     * {@code dma_resv_get_fences()}.
     */
    public List<DmaFence> fences(ResvUsage usage) {
        try (ResvCursor cursor = cursor(usage)) {
            return collect(cursor);
        }
    }

    private static List<DmaFence> collect(ResvCursor cursor) {
        List<DmaFence> fences = new ArrayList<>();
        for (; ; ) {
            DmaFence fence = cursor.next();
            if (cursor.isRestarted()) {
                fences.forEach(DmaFence::release);
                fences.clear();
            }
            if (fence == null) {
                return fences;
            }
            fences.add(fence.retain());
        }
    }

    /**
     * One fence for all: what signals when they have. Later fences are not in it. Not to be added to a reservation object. Kernel
     * counterpart: {@code dma_resv_get_singleton()}.
     *
     * @return with a new reference; {@code null} if everything has signalled, and in the default mode has done so without an
     *     error. In that mode it is a {@linkplain FenceMerge merge}, and fails if any of them did or does.
     */
    public @Nullable DmaFence singleton(ResvUsage usage) {
        if (kept != null) {
            List<DmaFence> all = unfinishedOrFailed(usage);
            DmaFence merged = all.isEmpty() ? null : FenceMerge.merge(all, ErrorPolicy.KEEP_FIRST);
            all.forEach(DmaFence::release);
            return merged;
        }
        List<DmaFence> fences = fences(usage);
        if (fences.size() <= 1) {
            return fences.isEmpty() ? null : fences.get(0);
        }
        return FenceArray.create(fences, runtime.allocateContexts(1), 1, ErrorPolicy.KERNEL)
                .fence();
    }

    /**
     * The first error among the fences of a usage that have failed, listed or not any more; {@code null} if there is none. Of
     * several that have left the list, that of the strongest usage. Polls. The kernel has no such question; with its error
     * policy only the list can answer it.
     */
    public @Nullable FenceError error(ResvUsage usage) {
        List<DmaFence> all = unfinishedOrFailed(usage);
        FenceError first = null;
        for (DmaFence fence : all) {
            if (first == null) {
                first = fence.status().error();
            }
            fence.release();
        }
        return first;
    }

    /** Forgets the errors of fences that are not listed any more: the contents are good. With the lock held. */
    public void forgetErrors() {
        requireHeld("forgetErrors");
        if (kept != null) {
            kept.clear();
        }
    }

    /** All that a singleton has to stand for, listed or not; oldest first, each with a reference. */
    private List<DmaFence> unfinishedOrFailed(ResvUsage usage) {
        List<DmaFence> listed;
        try (ResvCursor cursor = new ResvCursor(this, Objects.requireNonNull(usage, "usage"), true)) {
            listed = collect(cursor);
        }
        List<DmaFence> all = new ArrayList<>();
        if (kept != null) {
            for (Entry entry : kept.retained(usage)) { // after the list, by I3
                DmaFence fence = entry.fence();
                if (fence.pollSignaled() && fence.errno() == 0) {
                    fence.release();
                } else {
                    all.add(fence);
                }
            }
        }
        all.addAll(listed);
        return all;
    }

    /** Whether everything has signalled, with an error or without. Polls. Kernel: {@code dma_resv_test_signaled()}. */
    public boolean testSignaled(ResvUsage usage) {
        try (ResvCursor cursor = cursor(usage)) {
            return cursor.next() == null;
        }
    }

    /** Tells the issuers by when a consumer would like the fences; a hint. Kernel: {@code dma_resv_set_deadline()}. */
    public void setDeadline(ResvUsage usage, long deadlineNs) {
        try (ResvCursor cursor = cursor(usage)) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                fence.setDeadline(deadlineNs);
            }
        }
    }

    /**
     * Waits until everything has signalled, with an error or without; {@link #error} tells. A fence that is added meanwhile may
     * be waited for or not.
     *
     * @return true if everything signalled, false if the time passed first
     * @throws org.dmafence.fence.FenceWaitException if an issuer's own way of waiting failed
     */
    public boolean await(ResvUsage usage, long timeout, TimeUnit unit) throws InterruptedException {
        long timeoutNs = unit.toNanos(timeout);
        if (timeoutNs < 0) {
            throw new IllegalArgumentException("a time of " + timeoutNs + " ns to wait; it must not be negative");
        }
        long startNs = runtime.clock().nanoTime();
        try (ResvCursor cursor = cursor(usage)) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                long left = Math.max(0, timeoutNs - (runtime.clock().nanoTime() - startNs));
                if (!fence.await(left, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Waits as the kernel's drivers do, with numbers. Kernel counterpart: {@code dma_resv_wait_timeout()}.
     *
     * @param timeoutNs {@link Long#MAX_VALUE} for ever, 0 to look only
     * @return as {@link DmaFence#waitTimeout}
     */
    public long waitTimeout(ResvUsage usage, boolean interruptible, long timeoutNs) {
        if (timeoutNs < 0) {
            runtime.warn("waited for " + this + " for " + timeoutNs + " ns");
            return FenceError.EINVAL.errno();
        }
        long left = timeoutNs;
        long result = timeoutNs == 0 ? 1 : timeoutNs;
        try (ResvCursor cursor = cursor(usage)) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                result = fence.waitTimeout(interruptible, left);
                if (result <= 0) {
                    return result;
                }
                if (left != 0) { // looking stays looking, although it answers 1
                    left = result;
                }
            }
        }
        return result;
    }

    /**
     * What debugfs prints: a line for each listed fence, but those for {@link ResvUsage#BOOKKEEP}, as in the kernel. Polls.
     * Kernel counterpart: {@code dma_resv_describe()}, which needs the lock; this is a look like any other.
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        RcuReader reader = runtime.rcu().reader();
        long section = reader.lock();
        try {
            ResvList listed = listIn(reader);
            for (int i = 0; listed != null && i < listed.count(); i++) {
                Entry entry = listed.entry(i);
                if (ResvUsage.READ.includes(entry.usage())) {
                    text.append('\t').append(entry.usage().label()).append(" fence:");
                    text.append(entry.fence().describe());
                }
            }
        } finally {
            reader.unlock(section);
        }
        return text.toString();
    }

    /**
     * Drops all fences; the last thing done with the object. Kernel counterpart: {@code dma_resv_fini()}.
     *
     * @throws ResvUsageException if somebody holds the lock
     */
    @Override
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

    // ---- within the package ----------------------------------------------------------------------------------------

    /** The list, to be looked at in the reader's section. */
    @Nullable ResvList listIn(RcuReader reader) {
        return list.dereference(reader);
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

    @Override
    public String toString() {
        return "reservation object @" + Integer.toHexString(System.identityHashCode(this));
    }
}
