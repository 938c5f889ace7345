package org.dmafence.fence;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import org.dmafence.lockdep.SignalingSections;
import org.dmafence.trace.FenceTrace;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * The issuer's end of a timeline: makes its fences and is the only thing that can signal them. Kernel counterpart: a
 * fence context, with the external lock that its fences may share.
 *
 * <p>Every holder of a {@link DmaFence} may wait for it; only a holder of its context may signal it, set its error or
 * number it. Keep the context private to the issuer. Every method may be called from any thread; a fence of another
 * context is refused with an {@link IllegalArgumentException}.
 *
 * <p>The context outlives its issuer, because its fences refer to it: it keeps the last names the issuer answered
 * (strings, never the issuer's objects) for diagnosis.
 */
public final class FenceContext extends TimelineNames {
    static {
        // Loaded here because a process without modules and external locks never would: HotSpot inlines no method,
        // not even an accessor, whose signature names a class that is not loaded, and every signal asks for these two.
        Objects.requireNonNull(FenceLedger.class);
        Objects.requireNonNull(FenceLock.class);
    }

    private final FenceRuntime runtime;
    private final FenceTrace trace;
    private final long id;
    private final @Nullable FenceLock lock;
    private final @Nullable FenceLedger ledger;

    /** The issuer was asked for names; racy too: asking twice does no harm. */
    private boolean named;

    private final Reference<FenceContext> weak = new WeakReference<>(this);

    /** See {@link Signaler#current(FenceContext)}. */
    @Nullable Signaler signaler;

    private FenceContext(Builder builder) {
        super(builder.name);
        runtime = builder.runtime;
        trace = runtime.trace();
        id = builder.id == null ? runtime.allocateContexts(1) : builder.id;
        lock = builder.lock;
        ledger = builder.ledger == null && !builder.ownerless ? FenceLedger.ofCaller() : builder.ledger;
        if (ledger != null) {
            ledger.onContext(runtime.rcu(), lock);
        }
    }

    /** A context to configure, of the given runtime. */
    public static Builder builder(FenceRuntime runtime) {
        return new Builder(runtime);
    }

    /**
     * A context of the process's runtime with a fresh id and no external lock; in its module's ledger if a driver
     * calls.
     */
    public static FenceContext create(String timelineName) {
        return builder(FenceRuntime.system()).name(timelineName).build();
    }

    /** The context id that its fences carry; unique within the runtime, where it was not given to the builder. */
    public long id() {
        return id;
    }

    /** The runtime of its fences. */
    public FenceRuntime runtime() {
        return runtime;
    }

    /** The external lock, {@code null} when each fence has its own inline lock. */
    public @Nullable FenceLock lock() {
        return lock;
    }

    /**
     * Makes an unsignalled fence with one reference and 32-bit sequence comparison. Kernel counterpart:
     * {@code dma_fence_init()}.
     *
     * @throws IllegalStateException if the issuer's module is going and takes no new fences
     */
    public DmaFence newFence(FenceOps ops, long seqno) {
        return issue(ops, seqno, 0, null, 1);
    }

    /**
     * As {@link #newFence}, with a callback that is there from the start: cheaper than adding it, because nobody else
     * has the fence yet. Signalling is enabled; should the issuer's op find the fence done, the callback runs here.
     *
     * @throws IllegalStateException if the callback is on a fence already, or as {@link #newFence}; whatever is thrown,
     *     the callback is on no fence then, and has not run
     */
    public DmaFence newFence(FenceOps ops, long seqno, FenceCallback callback) {
        boolean asks = ops.has(FenceOps.Op.ENABLE_SIGNALING);
        DmaFence fence = issue(ops, seqno, asks ? 0 : DmaFence.ENABLE_SIGNAL, callback, 1);
        if (asks) {
            try {
                fence.enableSignaling();
            } catch (RuntimeException | Error e) {
                if (fence.withdraw(callback)) {
                    abandon(fence, FenceError.ofThrown(e));
                    throw e;
                }
            }
        }
        return fence;
    }

    /**
     * As {@link #newFence(FenceOps, long, FenceCallback)}, for an issuer that sees to the signalling by itself: its ops
     * are not asked to enable it, now or later. With two references: the maker's, and one for whoever gave the
     * callback.
     *
     * @throws IllegalStateException as {@link #newFence(FenceOps, long, FenceCallback)}
     */
    public DmaFence newArmedFence(FenceOps ops, long seqno, FenceCallback callback) {
        return issue(ops, seqno, DmaFence.ENABLE_SIGNAL, Objects.requireNonNull(callback, "callback"), 2);
    }

    /** Ends a fence that nobody got because what was to be done with it failed: only a ledger would know of it. */
    void abandon(DmaFence fence, FenceError error) {
        try {
            fence.signalAt(FenceCalls.nowNs(runtime), error.errno(), true);
        } finally {
            fence.release();
        }
    }

    /** As {@link #newFence}, with 64-bit sequence comparison. Kernel counterpart: {@code dma_fence_init64()}. */
    public DmaFence newFence64(FenceOps ops, long seqno) {
        return issue(ops, seqno, DmaFence.SEQNO64, null, 1);
    }

    /**
     * The issuer names the timeline's next fences differently: it is asked when the next one is made. Those from before
     * keep the names they are known by. For an entity that moves to another ring; any thread.
     */
    public void renamed() {
        named = false;
    }

    private DmaFence issue(FenceOps ops, long seqno, int flags, @Nullable FenceCallback callback, int references) {
        Objects.requireNonNull(ops, "ops: a fence needs a table that answers its names");
        if (callback != null && callback.next != null) {
            throw CallbackList.linkedAlready("a new fence of " + this);
        }
        DmaFence fence = new DmaFence(this, ops, seqno, flags, callback);
        if (references != 1) {
            fence.beginReferences(references);
        }
        if (ledger != null) {
            try {
                ledger.onCreated(fence);
            } catch (RuntimeException | Error e) {
                // The thread that closed the ledger may have signalled the fence: either the callback comes off, or it
                // runs.
                if (callback == null || fence.withdraw(callback)) {
                    throw e;
                }
            }
        }
        if (!named) {
            named = true;
            FenceNames.remember(ops, fence);
        }
        if (trace.isOn(FenceTracepoint.INIT)) {
            FenceNames.traceDirect(fence, FenceTracepoint.INIT);
        }
        return fence;
    }

    /**
     * Signals now, without an error of its own; a fence that has signalled stays as it is. Runs the fence's callbacks
     * on this thread. What happened before the call is visible to every thread that sees the fence signalled. Kernel
     * counterpart: {@code dma_fence_signal()}.
     */
    public void signal(DmaFence fence) {
        signalWith(0, fence);
    }

    /** Signals now with an error, both at once; nothing happens if the fence has signalled. */
    public void signal(DmaFence fence, FenceError error) {
        signalWith(error.errno(), fence);
    }

    private void signalWith(int errno, DmaFence fence) {
        if (!owned(fence).isSignaled()) {
            boolean cookie = SignalingSections.begin();
            try {
                fence.signalAt(FenceCalls.nowNs(runtime), errno, true); // who signals may be the last who does
            } finally {
                SignalingSections.end(cookie);
            }
        }
    }

    /**
     * Signals at a time that the caller knows, saving the clock for a batch. Kernel counterpart:
     * {@code dma_fence_signal_timestamp()}.
     *
     * @param timestampNs on the runtime's clock; past and future are accepted
     */
    public void signalAt(DmaFence fence, long timestampNs) {
        owned(fence).signalAt(timestampNs, 0, true);
    }

    /**
     * Moves the time of a fence that has signalled; does nothing to any other. For issuers that learn later when the
     * work really began. Kernel counterpart: what {@code drm_sched_get_finished_job()} does to the next job's {@code
     * scheduled}.
     *
     * @param timestampNs as for {@link #signalAt}
     */
    public void moveTimestamp(DmaFence fence, long timestampNs) {
        owned(fence).moveTimestamp(timestampNs);
    }

    /**
     * Signals fences in the order of the list at one time, as a timeline does that has advanced by several; those that
     * have signalled are passed over.
     *
     * @param timestampNs as for {@link #signalAt}
     * @return how many this call signalled
     */
    public int signalAllAt(List<DmaFence> fences, long timestampNs) {
        Signaler signaler = Signaler.current(this);
        int count = 0;
        for (int i = 0; i < fences.size(); i++) {
            if (owned(fences.get(i)).signalAt(timestampNs, 0, true, signaler)) {
                count++;
            }
        }
        return count;
    }

    /**
     * Signals now while the caller holds the external lock; callbacks run under it. For timelines that must not signal
     * out of order. Kernel counterpart: {@code dma_fence_signal_locked()}.
     *
     * @throws IllegalStateException if there is an external lock and the caller does not hold it
     */
    public void signalLocked(DmaFence fence) {
        signalLockedAt(fence, runtime.clock().nanoTime());
    }

    /** As {@link #signalLocked} at a given time. Kernel counterpart: {@code dma_fence_signal_timestamp_locked()}. */
    public void signalLockedAt(DmaFence fence, long timestampNs) {
        if (lock != null && !lock.isHeld()) {
            throw new IllegalStateException("signalLocked(" + fence + ") without the external lock of context " + id);
        }
        owned(fence).signalAt(timestampNs, 0, false);
    }

    /**
     * Does something with the external lock held. What callbacks defer in there runs when the lock has been given up,
     * so that fences made of this timeline's, and whatever hangs on those, don't signal under it. Kernel counterpart:
     * the lock is taken with interrupts off, and deferred work is interrupt work.
     *
     * @throws IllegalStateException if the context has no external lock
     */
    public void locked(Runnable body) {
        if (lock == null) {
            throw new IllegalStateException(this + " has no external lock to hold; give it one when it is built");
        }
        lock.lock();
        try {
            body.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Signals and tells who was first. Kernel counterpart: {@code dma_fence_check_and_signal()}.
     *
     * @return true if the fence had signalled before the call, false if this call did it
     */
    public boolean checkAndSignal(DmaFence fence) {
        return !owned(fence).signalAt(runtime.clock().nanoTime(), 0, true);
    }

    /**
     * Sets the SIGNALED bit alone: no timestamp, no detach, no callback yet. Only for issuers that publish completion
     * before they can run callbacks, as i915's breadcrumbs do; {@link #finishSignal} must follow.
     *
     * @return false if the fence had signalled
     */
    public boolean beginSignal(DmaFence fence) {
        return owned(fence).markSignaled();
    }

    /**
     * Does what {@link #beginSignal} left undone: timestamp, trace, detach, callbacks.
     *
     * @throws IllegalStateException if nothing is left undone: signalling was not begun, or somebody finished it, as
     *     unloading the module does for an issuer that did not
     */
    public void finishSignal(DmaFence fence, long timestampNs) {
        if (!owned(fence).finishSignaled(timestampNs)) {
            throw new IllegalStateException(fence + " is finished without beginSignal having answered true, or twice");
        }
    }

    /** Sets the error a fence will signal with; reported as misuse after it has signalled, but stored. */
    public void setError(DmaFence fence, FenceError error) {
        setErrno(fence, error.errno());
    }

    /**
     * As {@link #setError} with a kernel number, for adapters that take numbers: one that is not a negative errno is
     * reported and stored all the same. Kernel counterpart: {@code dma_fence_set_error()}.
     */
    public void setErrno(DmaFence fence, int errno) {
        if (owned(fence).isSignaled()) {
            runtime.warn("error " + errno + " set on " + fence + ", which has signalled");
        }
        if (errno >= 0 || errno < -FenceError.MAX_ERRNO) {
            runtime.warn("error " + errno + " set on " + fence + " is no negative errno");
        }
        fence.setErrno(errno, true);
    }

    /**
     * Sets the error a fence will signal with, unless it has one or has signalled: the first error stays, whichever
     * thread is the first of several threads. Kernel counterpart: how {@code dma_fence_array} collects the errors of
     * its fences.
     *
     * @return whether it was set
     */
    public boolean setFirstError(DmaFence fence, FenceError error) {
        return owned(fence).setFirstErrno(error.errno());
    }

    /** Numbers a fence whose sequence number is known only at emission (virtio-gpu); before anybody compares it. */
    public void setSeqno(DmaFence fence, long seqno) {
        long before = owned(fence).seqno;
        if (ledger != null) {
            ledger.onRenumbered(fence, before, seqno);
        } else {
            fence.seqno = seqno;
        }
    }

    /** Tells the tracepoints that the work of the fence was submitted. */
    public void traceEmit(DmaFence fence) {
        owned(fence).traceEmit();
    }

    /** Sets one of the issuer's own {@value DmaFence#USER_BITS} flag bits; true if it was set before. */
    public boolean testAndSetUserBit(DmaFence fence, int bit) {
        return owned(fence).testAndSetUserBit(bit);
    }

    /** Whether a fence is of this very context, not merely of one with the same id. */
    public boolean owns(DmaFence fence) {
        return fence.owner() == this;
    }

    /**
     * Whether a fence is of this timeline: of a context with this id and of the same runtime. Its maker is the
     * timeline's issuer only if the context {@linkplain #owns owns} it as well.
     */
    public boolean isTimelineOf(DmaFence fence) {
        FenceContext other = fence.owner();
        return other == this || (other.id == id && other.runtime == runtime);
    }

    private DmaFence owned(DmaFence fence) {
        if (fence.owner() != this) {
            throw new IllegalArgumentException(
                    fence + " is not of context " + id + "; only the context that made a fence may signal it");
        }
        return fence;
    }

    /** For who remembers a context without keeping it; always the same object. */
    Reference<FenceContext> weak() {
        return weak;
    }

    /** A fence of this context in a message. */
    String fenceText(long seqno, boolean seqno64, String state) {
        return "fence " + Long.toUnsignedString(id) + ":" + Long.toUnsignedString(seqno) + " ("
                + driverName(seqno, seqno64) + " " + timelineName(seqno, seqno64) + state + ")";
    }

    @Nullable FenceLedger ledger() {
        return ledger;
    }

    boolean isTraced(FenceTracepoint point) {
        return trace.isOn(point);
    }

    @Override
    public String toString() {
        return "context " + id + " (" + latestTimeline() + ")";
    }

    /** Settings of a context. */
    public static final class Builder {
        private final FenceRuntime runtime;
        private @Nullable Long id;
        private @Nullable FenceLock lock;
        private @Nullable FenceLedger ledger;
        private boolean ownerless;
        private String name = "";

        private Builder(FenceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
        }

        /** A given id instead of a fresh one; 0 is shared by everybody who needs no timeline. */
        public Builder id(long contextId) {
            id = contextId;
            return this;
        }

        /** The timeline's name for diagnosis, until the ops have answered theirs. */
        public Builder name(String timelineName) {
            name = Objects.requireNonNull(timelineName, "timelineName");
            return this;
        }

        /** An external lock shared by the fences. */
        public Builder lock(FenceLock externalLock) {
            lock = Objects.requireNonNull(externalLock, "externalLock; without one each fence has its own");
            return this;
        }

        /** The ledger of the module that issues here. Driver code that names none gets its module's. */
        public Builder ledger(FenceLedger moduleLedger) {
            ledger = Objects.requireNonNull(moduleLedger, "moduleLedger");
            return this;
        }

        /**
         * In nobody's ledger, though a driver should call: for fences that signal when others do, or have signalled.
         */
        public Builder ownerless() {
            ownerless = true;
            return this;
        }

        /** Makes the context. */
        public FenceContext build() {
            return new FenceContext(this);
        }
    }
}
