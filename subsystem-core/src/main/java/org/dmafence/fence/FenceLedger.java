package org.dmafence.fence;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fences that one issuer still answers for: those that have not signalled, and those that signalled but keep its ops.
 * A fence that detached is forgotten at once, so unloading costs nothing for the millions that live on.
 *
 * <p>Unsignalled fences are held strongly, since somebody must signal them; the others weakly. Fences enter through a
 * {@link FenceContext} built with the ledger. Every method may be called from any thread.
 */
public final class FenceLedger {
    private static final String UNTRACKED = "";
    private static final int SITE_FRAMES = 4;

    private final String issuer;
    private final boolean trackSites;
    private final Map<DmaFence, String> unsignaled = new ConcurrentHashMap<>();
    private final Map<Kept, String> kept = new ConcurrentHashMap<>();
    private final ReferenceQueue<DmaFence> collected = new ReferenceQueue<>();
    private final Set<FenceLock> locks = ConcurrentHashMap.newKeySet();
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
     */
    public record Entry(DmaFence fence, String site) {}

    /** Takes no new fences from now on; making one throws {@link IllegalStateException}. */
    public void close() {
        closed = true;
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
                .map(e -> new Entry(e.getKey(), e.getValue()))
                .toList();
    }

    /** Those that signalled, still keep the issuer's ops, and are still reachable by somebody. */
    public List<Entry> keepingOps() {
        expunge();
        List<Entry> entries = new ArrayList<>();
        kept.forEach((reference, site) -> {
            DmaFence fence = reference.get();
            if (fence != null) {
                entries.add(new Entry(fence, site));
            }
        });
        return entries;
    }

    /** How many fences' callbacks are running right now. */
    public long drainsRunning() {
        return draining.sum();
    }

    /** Whether an external lock in the issuer's memory still has its owner. */
    public boolean ownsLocks() {
        return locks.stream().anyMatch(lock -> lock.owner() != null);
    }

    /**
     * Signals whatever has not signalled, in order of sequence numbers within each context.
     *
     * @param error the error they get, {@code null} for success
     * @return how many this call signalled
     */
    public int signalAll(@Nullable FenceError error) {
        List<DmaFence> fences = unsignaled.keySet().stream()
                .sorted((a, b) -> a.context() != b.context()
                        ? Long.compareUnsigned(a.context(), b.context())
                        : a.isLaterThan(b) ? 1 : b.isLaterThan(a) ? -1 : 0)
                .toList();
        int count = 0;
        for (DmaFence fence : fences) {
            if (error != null && !fence.isSignaled()) {
                fence.setErrno(error.errno());
            }
            if (fence.signalAt(fence.runtime().clock().nanoTime(), true)) {
                count++;
            }
        }
        return count;
    }

    /**
     * Replaces the ops of every fence that kept them, and cuts external locks from their owner, so that nothing in any
     * fence refers to the issuer.
     *
     * @param tombstone what each fence gets instead
     * @return how many were replaced
     */
    public int entomb(Function<DmaFence, FenceOps> tombstone) {
        int count = 0;
        for (Entry entry : keepingOps()) {
            if (entry.fence().entomb(tombstone.apply(entry.fence()))) {
                count++;
            }
        }
        kept.clear();
        locks.forEach(FenceLock::sever);
        return count;
    }

    void onContext(FenceLock lock) {
        locks.add(lock);
    }

    void onCreated(DmaFence fence) {
        unsignaled.put(fence, trackSites ? site() : UNTRACKED);
        if (closed) {
            // Checked after the insertion: whoever closes first and looks then sees every fence that was let in.
            unsignaled.remove(fence);
            throw new IllegalStateException(
                    "module " + issuer + " is going: it makes no new fences; load it again or use another driver");
        }
        created.increment();
    }

    void onSignaled(DmaFence fence, boolean opsGone, boolean hasCallbacks) {
        String site = unsignaled.remove(fence);
        signaled.increment();
        if (opsGone) {
            detached.increment();
        } else if (!fence.isFreed()) {
            kept.put(new Kept(fence, collected), site == null ? UNTRACKED : site);
            if (fence.isFreed()) { // the last release may have come between
                onReleased(fence);
            }
            expunge();
        }
        if (hasCallbacks) {
            draining.increment();
        }
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
