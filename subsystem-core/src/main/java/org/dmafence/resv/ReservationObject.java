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
import org.dmafence.fence.container.FenceMerge;
import org.dmafence.rcu.RcuReader;
import org.dmafence.resv.ResvList.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The fences of all pending use of one buffer, each with what it stands for, and the lock that orders who adds to them.
 * Kernel counterpart: {@code struct dma_resv}.
 *
 * <p>To add a fence: hold the {@linkplain #mutex lock}, {@linkplain #reserve reserve} a slot, which is where memory may
 * run out, then {@linkplain #add add}, which cannot fail. To look or wait, no lock is needed.
 *
 * <p><b>Errors.</b> A wait, or {@link #pollSignaled}, answers whether fences have <i>signalled</i> and never whether
 * they succeeded. What does speak of success is {@link #pollSingleton}, because the holder of its answer will ask it
 * for an error, and {@link #pollError}. In the default mode, {@link ErrorPolicy#KEEP_FIRST}, neither forgets a failure:
 * a fence that signalled with an error leaves its first error behind, by usage, when it leaves the list, and a fence
 * whose slot was taken by a newer one of its context is still watched, unlisted, until it has signalled. That lasts
 * until somebody who made the contents good again calls {@link #clearErrors}. The two calls that throw unsignalled
 * fences out on the caller's word, {@link #replace} and {@link #copyFrom}, are taken at their word.
 *
 * <p><b>Progress.</b> Looking is lock-free: a reader starts again only when a writer made progress. Writers block each
 * other.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before adding a fence <i>happens-before</i> what another does
 * after it saw the fence in here.
 */
public final class ReservationObject extends ResvChanges implements AutoCloseable {
    /**
     * The class of all these locks. Kernel counterpart: {@code reservation_ww_class}, which is declared as wait-die.
     */
    public static final WwClass LOCKS = WwClass.waitDie("reservation_ww_class");

    private ReservationObject(FenceRuntime runtime, ErrorPolicy policy) {
        super(runtime, LOCKS, policy);
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

    /** The runtime whose clock, parking and RCU domain the object uses. */
    public FenceRuntime runtime() {
        return runtime;
    }

    /** What becomes of errors. */
    public ErrorPolicy errorPolicy() {
        return kept == null ? ErrorPolicy.KERNEL : ErrorPolicy.KEEP_FIRST;
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
    public List<DmaFence> pollFences(ResvUsage usage) {
        try (ResvCursor cursor = cursor(usage)) {
            return collect(cursor);
        }
    }

    private static List<DmaFence> collect(ResvCursor cursor) {
        List<DmaFence> fences = new ArrayList<>();
        boolean complete = false;
        try {
            for (; ; ) {
                DmaFence fence = cursor.next();
                if (cursor.isRestarted()) {
                    release(fences);
                    fences.clear();
                }
                if (fence == null) {
                    complete = true;
                    return fences;
                }
                fences.add(fence);
                fence.retain();
            }
        } finally {
            if (!complete) {
                release(fences);
            }
        }
    }

    private static void release(List<DmaFence> fences) {
        fences.forEach(DmaFence::release);
    }

    /**
     * One fence for all: what signals when they have. Later fences are not in it. Not to be added to a reservation
     * object. Kernel counterpart: {@code dma_resv_get_singleton()}.
     *
     * @return with a new reference; {@code null} if everything has signalled, and in the default mode has done so
     *     without an error. In that mode it is a {@linkplain FenceMerge merge}, and fails if any of them did or does.
     */
    public @Nullable DmaFence pollSingleton(ResvUsage usage) {
        if (kept != null) {
            List<DmaFence> all = pollUnfinishedOrFailed(usage);
            try {
                return all.isEmpty() ? null : FenceMerge.merge(all, ErrorPolicy.KEEP_FIRST);
            } finally {
                release(all);
            }
        }
        List<DmaFence> fences = pollFences(usage);
        if (fences.size() <= 1) {
            return fences.isEmpty() ? null : fences.get(0);
        }
        try {
            long contextId = fences.get(0).runtime().allocateContexts(1); // the array is of its first fence's runtime
            return FenceArray.create(fences, contextId, 1, ErrorPolicy.KERNEL).fence();
        } catch (RuntimeException | Error e) {
            release(fences);
            throw e;
        }
    }

    /**
     * The first error among the fences of a usage that have failed, listed or not any more; {@code null} if there is
     * none. Of several that have left the list, that of the strongest usage. Polls. The kernel has no such question;
     * with its error policy only the list can answer it.
     */
    public @Nullable FenceError pollError(ResvUsage usage) {
        List<DmaFence> all = pollUnfinishedOrFailed(usage);
        try {
            FenceError first = null;
            for (DmaFence fence : all) {
                first = first == null ? fence.pollStatus().error() : first;
            }
            return first;
        } finally {
            release(all);
        }
    }

    /** All that a singleton has to stand for, listed or not; oldest first, each with a reference. */
    private List<DmaFence> pollUnfinishedOrFailed(ResvUsage usage) {
        List<DmaFence> listed;
        try (ResvCursor cursor = new ResvCursor(this, Objects.requireNonNull(usage, "usage"), true)) {
            listed = collect(cursor);
        }
        List<DmaFence> all = new ArrayList<>();
        List<DmaFence> over = new ArrayList<>();
        List<Entry> unlisted = List.of();
        boolean complete = false;
        try {
            unlisted = kept == null ? unlisted : kept.retained(usage); // after the list, by I3
            for (Entry entry : unlisted) {
                DmaFence fence = entry.fence();
                (fence.pollSignaled() && fence.errno() == 0 ? over : all).add(fence);
            }
            all.addAll(listed);
            complete = true;
            return all;
        } finally {
            if (complete) {
                release(over);
            } else {
                unlisted.forEach(entry -> entry.fence().release());
                release(listed);
            }
        }
    }

    /** Whether everything has signalled, with an error or without. Polls. Kernel: {@code dma_resv_test_signaled()}. */
    public boolean pollSignaled(ResvUsage usage) {
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
     * Waits until everything has signalled, with an error or without; {@link #pollError} tells. A fence that is added
     * meanwhile may be waited for or not.
     *
     * @return true if everything signalled, false if the time passed first
     * @throws org.dmafence.fence.FenceWaitException if an issuer's own way of waiting failed
     */
    public boolean await(ResvUsage usage, long timeout, TimeUnit unit) throws InterruptedException {
        long timeoutNs = unit.toNanos(timeout);
        if (timeoutNs < 0) {
            throw new IllegalArgumentException("a time of " + timeoutNs + " ns to wait; it must not be negative");
        }
        boolean forever = timeoutNs == Long.MAX_VALUE;
        long startNs = forever ? 0 : runtime.clock().nanoTime();
        try (ResvCursor cursor = cursor(usage)) {
            for (DmaFence fence = cursor.next(); fence != null; fence = cursor.next()) {
                long left = forever
                        ? timeoutNs
                        : Math.max(0, timeoutNs - (runtime.clock().nanoTime() - startNs));
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
     * What debugfs prints: a line for each listed fence, but those for {@link ResvUsage#BOOKKEEP}, as in the kernel.
     * Polls. Kernel counterpart: {@code dma_resv_describe()}, which needs the lock; this is a look like any other.
     */
    public String pollDescription() {
        List<Entry> listed = retainListed();
        try {
            StringBuilder text = new StringBuilder();
            for (Entry entry : listed) {
                text.append('\t').append(entry.usage().label()).append(" fence:");
                text.append(entry.fence().pollDescription());
            }
            return text.toString();
        } finally {
            listed.forEach(entry -> entry.fence().release());
        }
    }

    /**
     * What {@link #pollDescription} shows, with references: describing polls, and callbacks don't belong in a read
     * section.
     */
    private List<Entry> retainListed() {
        RcuReader reader = runtime.rcu().reader();
        long section = reader.lock();
        try {
            ResvList listed = listIn(reader);
            List<Entry> retained = new ArrayList<>(listed == null ? 0 : listed.capacity());
            for (int i = 0; listed != null && i < listed.count(); i++) {
                Entry entry = listed.entry(i);
                if (ResvUsage.READ.includes(entry.usage()) && entry.fence().tryRetain()) {
                    retained.add(entry);
                }
            }
            return retained;
        } finally {
            reader.unlock(section);
        }
    }

    @Override
    public String toString() {
        return "reservation object @" + Integer.toHexString(System.identityHashCode(this));
    }
}
