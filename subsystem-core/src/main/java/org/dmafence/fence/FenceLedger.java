package org.dmafence.fence;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fences that one issuer still answers for: those that have not signalled, and those that signalled but keep its ops or
 * a lock in its memory. A fence that became independent is forgotten at once, so unloading costs nothing for the millions
 * that live on.
 *
 * <p>Unsignalled fences are held strongly, since somebody must signal them; the others weakly. Fences enter through a
 * {@link FenceContext} built with the ledger. Every method may be called from any thread.
 */
public final class FenceLedger {
    /*
     * Overview. A fence is in `unsignaled` from its making until it has signalled, then in `kept` until it is freed or
     * collected, if it keeps something of the issuer. Unloading looks at `unsignaled` first, so what follows a signal is
     * entered before the fence leaves it:
     *
     * L1  A fence that is in neither map keeps nothing of the issuer.
     * L2  When `unsignaled` is empty for good, `draining` counts every fence whose callbacks have not finished.
     * L3  After close(), a look at `unsignaled` sees every fence that anybody was or will be given.
     */
    private static final String UNTRACKED = "";

    private static final int SITE_FRAMES = 4;

    /** How long signalling for a dead issuer waits for an external lock, and for a signal that the issuer began. */
    private static final long PATIENCE_NS = 100_000_000L;

    private final String issuer;
    private final boolean trackSites;
    private final Map<DmaFence, String> unsignaled = new ConcurrentHashMap<>();
    private final Map<Kept, String> kept = new ConcurrentHashMap<>();
    private final ReferenceQueue<DmaFence> collected = new ReferenceQueue<>();
    /** Weak: a lock that no fence refers to any more needs no cutting. Guarded by itself, as is {@link #severed}. */
    private final Set<FenceLock> locks = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean severed;
    private final LongAdder created = new LongAdder();
    private final LongAdder signaled = new LongAdder();
    private final LongAdder detached = new LongAdder();
    private final LongAdder draining = new LongAdder();
    private volatile boolean closed;

    /**
     * An empty ledger.
     *
     * @param issuer the module's name, for errors
     * @param trackSites whether to remember where each fence was made; costs a stack walk per fence
     */
    public FenceLedger(String issuer, boolean trackSites) {
        this.issuer = issuer;
        this.trackSites = trackSites;
    }

    /**
     * A fence that the issuer still answers for.
     *
     * @param fence the fence
     * @param site where it was made, empty when sites are not tracked
     * @param ops the class of the ops that it keeps, {@code null} if it has dropped them or will when it signals
     * @param lock whether it keeps a lock in the issuer's memory
     */
    public record Entry(
            DmaFence fence, String site, @Nullable String ops, boolean lock) {
        /** Whether the fence keeps something of the issuer even when it has signalled. */
        public boolean dependent() {
            return ops != null || lock;
        }

        static Entry of(DmaFence fence, String site) {
            FenceOps attached = fence.opsAcquire();
            String keeps = attached == null || attached.detachable()
                    ? null
                    : attached.getClass().getName();
            return new Entry(fence, site, keeps, keepsLock(fence));
        }
    }

    /** Takes no new fences from now on; making one throws {@link IllegalStateException}. */
    public void close() {
        closed = true;
    }

    /** Takes fences again: the issuer stays after all. */
    public void reopen() {
        closed = false;
    }

    /** How many fences were ever made. */
    public long created() {
        return created.sum();
    }

    /** How many of them signalled. */
    public long signaled() {
        return signaled.sum();
    }

    /** How many of those dropped the issuer's ops in doing so. */
    public long detached() {
        return detached.sum();
    }

    /** How many have not signalled. */
    public int unsignaledCount() {
        return unsignaled.size();
    }

    /** Those that have not signalled. */
    public List<Entry> unsignaled() {
        return unsignaled.entrySet().stream()
                .map(e -> Entry.of(e.getKey(), e.getValue()))
                .toList();
    }

    /** Those that signalled, still keep the issuer's ops or lock, and are still reachable by somebody. */
    public List<Entry> kept() {
        expunge();
        List<Entry> entries = new ArrayList<>();
        kept.forEach((reference, site) -> {
            DmaFence fence = reference.get();
            if (fence != null && !fence.isFreed()) {
                entries.add(Entry.of(fence, site));
            }
        });
        return entries;
    }

    /** Those that keep the issuer's ops or lock for as long as they are referenced, signalled or not. */
    public List<Entry> dependents() {
        List<Entry> entries = new ArrayList<>(unsignaled());
        entries.addAll(kept());
        return entries.stream().filter(Entry::dependent).toList();
    }

    /** How many fences' callbacks are running right now; ask after {@link #unsignaledCount()}, not before. */
    public long drainsRunning() {
        return draining.sum();
    }

    /**
     * Signals whatever has not signalled, in order of sequence numbers within each context. Runs their callbacks on this
     * thread. For an issuer that has gone: a lock of its that is held for long is passed by, and a signal that it began and
     * did not finish is finished.
     *
     * @param error the error they get, {@code null} for success
     * @return how many this call signalled
     */
    public int signalAll(@Nullable FenceError error) {
        int errno = error == null ? 0 : error.errno();
        int count = 0;
        Set<FenceLock> stuck = new HashSet<>();
        // A signal waits for an enable op of another thread; the others need not wait with it.
        Map<Boolean, List<DmaFence>> byEnabling = inOrder(unsignaled.keySet()).stream()
                .filter(fence -> !fence.isSignaled())
                .collect(Collectors.partitioningBy(fence -> (fence.stateAcquire() & FenceState.ENABLING) != 0));
        List<DmaFence> fences = new ArrayList<>(byEnabling.getOrDefault(false, List.of()));
        fences.addAll(byEnabling.getOrDefault(true, List.of()));
        for (DmaFence fence : fences) {
            FenceLock lock = fence.owner().lock();
            boolean free = lock == null || (!stuck.contains(lock) && lock.tryLock(PATIENCE_NS));
            if (lock != null && free) {
                lock.unlock();
            } else if (lock != null) {
                stuck.add(lock);
            }
            if (fence.signalAt(fence.runtime().clock().nanoTime(), errno, free)) {
                count++;
            }
        }
        return count + finishBegun();
    }

    /** Contexts apart, each from its earliest fence on; numbers wrap, so they count from there. */
    private static List<DmaFence> inOrder(Collection<DmaFence> fences) {
        Map<Long, List<DmaFence>> contexts = fences.stream().collect(Collectors.groupingBy(DmaFence::context));
        List<DmaFence> ordered = new ArrayList<>();
        for (List<DmaFence> timeline : contexts.values()) {
            DmaFence earliest = timeline.get(0);
            for (DmaFence fence : timeline) {
                earliest = earliest.isLaterThan(fence) ? fence : earliest;
            }
            long base = earliest.seqno;
            timeline.sort((a, b) -> Long.compareUnsigned(distance(base, a), distance(base, b)));
            ordered.addAll(timeline);
        }
        return ordered;
    }

    private static long distance(long base, DmaFence fence) {
        long distance = fence.seqno - base;
        return fence.isSeqno64() ? distance : Integer.toUnsignedLong((int) distance);
    }

    /** A dead issuer may have set the SIGNALED bit of a fence and left the rest for later; how many this call finished. */
    private int finishBegun() {
        List<DmaFence> begun =
                unsignaled.keySet().stream().filter(DmaFence::isSignaled).toList();
        Backoff backoff = new Backoff();
        while (backoff.elapsedNs() < PATIENCE_NS && begun.stream().anyMatch(unsignaled::containsKey)) {
            backoff.pause();
        }
        int count = 0;
        for (DmaFence fence : begun) {
            if (unsignaled.containsKey(fence)
                    && fence.finishSignaled(fence.runtime().clock().nanoTime())) {
                count++;
            }
        }
        return count;
    }

    /**
     * Replaces the ops of every fence that still has them, and cuts external locks from their owner, so that nothing in any
     * fence refers to the issuer. For when everything has signalled, or never will by the issuer's doing.
     *
     * @param tombstone what to put in the place of given ops
     * @return how many were replaced
     */
    public int entomb(UnaryOperator<FenceOps> tombstone) {
        int count = 0;
        List<Entry> entries = new ArrayList<>(unsignaled());
        entries.addAll(kept());
        for (Entry entry : entries) {
            FenceOps attached = entry.fence().opsAcquire();
            if (attached != null && entry.fence().entomb(tombstone.apply(attached))) {
                count++;
            }
        }
        kept.clear();
        synchronized (locks) {
            severed = true;
            locks.forEach(FenceLock::sever);
        }
        return count;
    }

    void onContext(FenceLock lock) {
        synchronized (locks) {
            if (severed) {
                lock.sever();
            } else if (lock.owner() != null) {
                locks.add(lock);
            }
        }
    }

    void onCreated(DmaFence fence) {
        unsignaled.put(fence, trackSites ? site() : UNTRACKED);
        if (closed) {
            // L3: checked after the insertion, so whoever closes first and looks then sees every fence that was let in.
            unsignaled.remove(fence);
            throw new IllegalStateException(
                    "module " + issuer + " is going: it makes no new fences; load it again or use another driver");
        }
        created.increment();
    }

    void onSignaled(DmaFence fence, boolean hasCallbacks) {
        boolean opsGone = fence.isDetached();
        if (hasCallbacks) {
            draining.increment(); // L2
        }
        if (opsGone) {
            detached.increment();
        }
        if (!opsGone || keepsLock(fence)) { // L1
            keep(fence);
        }
        unsignaled.remove(fence);
        signaled.increment();
    }

    private void keep(DmaFence fence) {
        if (!fence.isFreed()) {
            String site = unsignaled.get(fence);
            kept.put(new Kept(fence, collected), site == null ? UNTRACKED : site);
            if (fence.isFreed()) { // the last release may have come between
                kept.remove(new Kept(fence, null));
            }
            expunge();
        }
    }

    private static boolean keepsLock(DmaFence fence) {
        FenceLock lock = fence.owner().lock();
        return lock != null && lock.owner() != null;
    }

    void onDrained() {
        draining.decrement();
    }

    void onReleased(DmaFence fence) {
        unsignaled.remove(fence);
        kept.remove(new Kept(fence, null));
    }

    private void expunge() {
        for (Object dead = collected.poll(); dead != null; dead = collected.poll()) {
            kept.remove(dead);
        }
    }

    /** The frames that called into the fence package, as text: a frame's class would pin its loader. */
    private static String site() {
        String core = FenceLedger.class.getPackageName() + ".";
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !f.getClassName().startsWith(core))
                        .limit(SITE_FRAMES)
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining(" < ")));
    }

    /** A weak key that is equal to another one of the same fence. */
    private static final class Kept extends WeakReference<DmaFence> {
        private final int hash;

        Kept(DmaFence fence, @Nullable ReferenceQueue<DmaFence> queue) {
            super(fence, queue);
            hash = System.identityHashCode(fence);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            DmaFence fence = get();
            return fence != null && other instanceof Kept that && that.get() == fence;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
