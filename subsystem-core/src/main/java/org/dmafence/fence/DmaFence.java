package org.dmafence.fence;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmafence.foreign.DriverLoader;
import org.dmafence.rcu.RcuReference;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * A promise of completion: signals exactly once, with or without an error, and may be waited on, polled and called back
 * from any thread, long after its issuer was unloaded. Kernel counterpart: {@code struct dma_fence}.
 *
 * <p>Final, and of the core's class loader, because an object's class pins its loader: what an issuer adds lives in
 * {@link FenceOps} and is dropped when the fence signals. Only the issuer's {@link FenceContext} can make and signal
 * one.
 *
 * <p><b>References.</b> A new fence has one, its maker's. {@link #retain} before handing it on, {@link #release} when
 * done; the last release tells the issuer, where its ops ask for that. Memory is the collector's: forgetting to release
 * costs nothing on a fence without {@code release} ops.
 *
 * <p><b>Progress.</b> {@link #isSignaled} is wait-free. The others hold a lock bit for a few stores and never around
 * foreign code: a preempted thread delays its followers by a park at worst.
 *
 * <p><b>Memory consistency effects.</b> What the issuer did before signalling <i>happens-before</i> whatever a thread
 * does after it saw the fence signalled, by whichever method, and before each callback.
 */
public final class DmaFence extends FenceFreeing {
    DmaFence(FenceContext context, FenceOps ops, long seqno, int flags, @Nullable FenceCallback callback) {
        super(context, ops, seqno, flags, callback);
    }

    // ---- identity -------------------------------------------------------------------------------------------------

    /**
     * The id of the context whose sequence numbers this fence's can be compared with. Every runtime counts contexts
     * from 1: where fences of several may meet, ask {@link #sharesTimeline}.
     */
    public long context() {
        return context.id();
    }

    /**
     * Whether another fence is of the same context of the same runtime, so that their sequence numbers can be compared.
     */
    public boolean sharesTimeline(DmaFence other) {
        return context.isTimelineOf(other);
    }

    /** The sequence number within the context. */
    public long seqno() {
        return seqno;
    }

    /** The runtime whose clock and RCU domain the fence uses. */
    public FenceRuntime runtime() {
        return context.runtime();
    }

    /** Whether sequence numbers of this timeline compare as 64 bits. */
    public boolean isSeqno64() {
        return (stateAcquire() & SEQNO64) != 0;
    }

    /**
     * The driver's name while the fence is unsignalled, the kernel's literal {@code detached-driver} from then on; the
     * issuer is asked in a read section. Kernel counterpart: {@code dma_fence_driver_name()}.
     */
    public String driverName() {
        return FenceNames.driver(this);
    }

    /** As {@link #driverName}, for the timeline; the literal is {@code signaled-timeline}. */
    public String timelineName() {
        return FenceNames.timeline(this);
    }

    /**
     * The driver's name as it last answered it for this fence or an earlier one of the context, whatever became of it
     * since; for diagnosis.
     */
    public String lastKnownDriverName() {
        return context.driverName(seqno, isSeqno64());
    }

    /** As {@link #lastKnownDriverName}, for the timeline. */
    public String lastKnownTimelineName() {
        return context.timelineName(seqno, isSeqno64());
    }

    /**
     * The ops, if the fence has some and they are of the given class: how a package knows its own fences. Kernel
     * counterpart: comparing {@code fence->ops} with a table, as {@code to_drm_sched_fence()} does.
     *
     * @param table a class that only the package of the ops can name
     */
    public <T extends FenceOps> @Nullable T opsAs(Class<T> table) {
        FenceOps attached = opsAcquire();
        return table.isInstance(attached) ? table.cast(attached) : null;
    }

    /**
     * One line as debugfs prints it, newline included. Polls first, as {@link #pollSignaled}. Kernel counterpart:
     * {@code dma_fence_describe()}.
     */
    public String pollDescription() {
        return FenceNames.pollDescription(this);
    }

    // ---- references -----------------------------------------------------------------------------------------------

    /**
     * Takes a reference. Kernel counterpart: {@code dma_fence_get()}.
     *
     * @return this fence
     * @throws FenceFreedException if the last reference is gone already
     */
    public DmaFence retain() {
        if (!tryRetain()) {
            throw new FenceFreedException(this, "retained");
        }
        return this;
    }

    /** Takes a reference unless the last one is gone. Kernel counterpart: {@code dma_fence_get_rcu()}. */
    public boolean tryRetain() {
        for (; ; ) {
            int held = referencesOpaque();
            if (held <= 0) {
                return !isGone(held);
            }
            boolean last = held == Integer.MAX_VALUE;
            if (casReferences(held, last ? SATURATED : held + 1)) {
                if (last) {
                    runtime()
                            .warn("references of " + this + " saturated: it is never freed now; somebody forgets them");
                }
                return true;
            }
        }
    }

    /**
     * Takes a reference to the fence in a slot that others may replace meanwhile. The caller is in a read section.
     * Kernel counterpart: {@code dma_fence_get_rcu_safe()}.
     *
     * @return a fence that was in the slot at an instant while it was referenced; {@code null} for an empty slot
     */
    public static @Nullable DmaFence retainFrom(RcuReference<DmaFence> slot) {
        for (; ; ) {
            DmaFence fence = slot.dereference();
            if (fence == null) {
                return null;
            }
            if (fence.tryRetain()) {
                // The CAS in tryRetain is a full barrier: the slot read after it is read while we hold the reference.
                if (slot.dereference() == fence) {
                    return fence;
                }
                fence.release();
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Drops a reference. The last one tells the issuer, if its ops implement {@code release}; a fence that still has
     * callbacks then is reported and signals {@code -EDEADLK}. Kernel counterpart: {@code dma_fence_put()}.
     *
     * <p>Throws nothing, so a loop that releases several fences releases them all. What the issuer throws, a tombstone
     * of its unloaded module included, is reported and the fence is freed all the same; one reference too many that is
     * dropped is reported and changes nothing.
     */
    public void release() {
        int held = addReferences(-1);
        if (held > 1) {
            return;
        }
        if (held == 1) {
            FenceCalls.releaseLast(this);
            return;
        }
        addReferences(1);
        if (isGone(held)) {
            FenceCalls.releasedTooOften(this);
        }
    }

    /**
     * How many references there are now, {@link Integer#MAX_VALUE} if there were ever more; for tests and diagnosis.
     */
    public int references() {
        int held = referencesOpaque();
        return held >= 0 ? held : isGone(held) ? 0 : Integer.MAX_VALUE;
    }

    // ---- state ----------------------------------------------------------------------------------------------------

    /** Whether the fence has signalled; runs nothing. Kernel counterpart: {@code dma_fence_test_signaled_flag()}. */
    public boolean isSignaled() {
        return (stateAcquire() & SIGNALED) != 0;
    }

    /**
     * Whether the fence has signalled, asking the issuer if need be; a positive answer signals the fence on this
     * thread, callbacks included. Never enables signalling. Kernel counterpart: {@code dma_fence_is_signaled()}.
     */
    public boolean pollSignaled() {
        return isSignaled() || FencePolls.signaled(this);
    }

    /**
     * How the fence stands as far as the core knows: the issuer is not asked, so what its hardware has finished may
     * still be {@link FenceStatus#ACTIVE}. After any wait and in every callback it is all that there is to know. Runs
     * nothing.
     */
    public FenceStatus status() {
        int s = stateAcquire();
        return (s & SIGNALED) == 0 ? FenceStatus.ACTIVE : FenceStatus.signaled(s >> ERROR_SHIFT);
    }

    /**
     * How the fence stands once the issuer was asked, as {@link #pollSignaled} asks it. Kernel counterpart:
     * {@code dma_fence_get_status()}.
     *
     * @throws FenceFreedException if the fence was freed unsignalled: nobody will ever signal it
     */
    public FenceStatus pollStatus() {
        if (pollSignaled()) {
            return FenceStatus.signaled(errno());
        }
        checkNotFreed("asked for its status");
        return FenceStatus.ACTIVE;
    }

    /**
     * What has signalled goes on answering. While the issuer is told of the last release, its ops are there and may
     * ask.
     */
    private void checkNotFreed(String done) {
        if (isFreed() && isDetached() && !isSignaled()) {
            throw new FenceFreedException(this, done);
        }
    }

    /**
     * The error that the fence has signalled with, or will: unlike {@link #status}, before it signals too; {@code null}
     * for none.
     */
    public @Nullable FenceError error() {
        int errno = errno();
        return errno == 0 ? null : FenceError.of(errno);
    }

    /** {@link #error} as the kernel's number, negative or 0: for adapters that answer as the kernel does. */
    public int errno() {
        return stateAcquire() >> ERROR_SHIFT;
    }

    /**
     * When the fence signalled, on the runtime's clock. Asking an unsignalled fence is reported and answers now; so is,
     * after some seconds, one whose issuer set the SIGNALED bit and does not finish. Kernel counterpart:
     * {@code dma_fence_timestamp()}, which would spin for ever.
     */
    public long timestampNs() {
        int s = stateAcquire();
        if ((s & SIGNALED) == 0) {
            runtime().warn("timestamp asked of " + this + ", which has not signalled");
            return runtime().clock().nanoTime();
        }
        for (Backoff backoff = null; (s & TIMESTAMP) == 0; s = stateAcquire()) {
            backoff = Backoff.next(backoff);
            if (backoff != null && backoff.elapsedNs() > runtime().opStallNs()) {
                runtime().warn(this + " was marked as signalled long ago and never finished; its time is unknown");
                return runtime().clock().nanoTime();
            }
        }
        return timestampNs;
    }

    /** Whether an attempt to enable signalling was made, successful or not. */
    public boolean isSignalingEnabled() {
        return (stateAcquire() & ENABLE_SIGNAL) != 0;
    }

    /** Whether the ops are gone, because the fence signalled or was freed. */
    public boolean isDetached() {
        return opsAcquire() == null;
    }

    /** Whether the last reference is gone. */
    public boolean isFreed() {
        return isGone(referencesOpaque());
    }

    /** One of the issuer's own flag bits. */
    public boolean userBit(int bit) {
        return (stateAcquire() & userMask(bit)) != 0;
    }

    /** Whether anything in the fence still refers to its issuer, and what. */
    public FenceIndependence independence() {
        return FenceIndependence.of(this, context.lock());
    }

    /**
     * Whether this fence comes after another {@linkplain #sharesTimeline of the same context}; else reported and false.
     */
    public boolean isLaterThan(DmaFence other) {
        if (!sharesTimeline(other)) {
            runtime().warn("compared " + this + " with " + other + " of another context");
            return false;
        }
        return SequenceNumbers.isLater(seqno, other.seqno, isSeqno64());
    }

    /** As {@link #isLaterThan}, or the very same object; two fences of equal number are not the same. */
    public boolean isLaterThanOrSame(DmaFence other) {
        return this == other || isLaterThan(other);
    }

    /**
     * The later of two fences of a context, if it has not signalled; polls that one. Kernel counterpart:
     * {@code dma_fence_later()}.
     *
     * @return the later one, the second on a tie, {@code null} if that one has signalled or the contexts differ
     */
    public static @Nullable DmaFence pollLater(DmaFence first, DmaFence second) {
        if (!first.sharesTimeline(second)) {
            first.runtime().warn("asked for the later of " + first + " and " + second + " of another context");
            return null;
        }
        DmaFence later = first.isLaterThan(second) ? first : second;
        return later.pollSignaled() ? null : later;
    }

    // ---- callbacks ------------------------------------------------------------------------------------------------

    /**
     * Has a callback run when the fence signals, and enables signalling. Kernel counterpart: {@code
     * dma_fence_add_callback()}.
     *
     * @return false if the fence has signalled (or can't be enabled and thereby has): the callback is not added and
     *     will not run
     * @throws IllegalStateException if the callback is on a fence already
     * @throws FenceFreedException if the last reference is gone and the fence has not signalled: nobody will signal it
     */
    public boolean addCallback(FenceCallback callback) {
        Objects.requireNonNull(callback, "callback");
        return DriverLoader.anyLoaded() ? FenceLedger.addCallback(this, callback) : add(callback, false);
    }

    /**
     * Takes a callback back. After false it has finished, unless the call comes from inside a callback of this fence,
     * or it was never added. Kernel counterpart: {@code dma_fence_remove_callback()}.
     *
     * @return true if it was still to run, and now never will
     */
    public boolean removeCallback(FenceCallback callback) {
        return remove(Objects.requireNonNull(callback, "callback"));
    }

    /**
     * Takes a callback back without ever waiting. After false it has run, runs just now, is still to run, or was never
     * added: for callbacks that know by themselves that they are not wanted any more.
     *
     * @return true if it was still to run, and now never will
     */
    public boolean withdrawCallback(FenceCallback callback) {
        return withdraw(Objects.requireNonNull(callback, "callback"));
    }

    /**
     * Makes sure that somebody will signal the fence, without waiting. A driver that can't signals the fence here and
     * now. Kernel counterpart: {@code dma_fence_enable_sw_signaling()}.
     *
     * @throws FenceFreedException as {@link #addCallback}
     */
    public void enableSignaling() {
        ensureEnabled();
    }

    /**
     * Tells the issuer by when a consumer would like the fence, on the runtime's clock; a hint. Polls.
     *
     * @throws FenceFreedException as {@link #addCallback}
     */
    public void setDeadline(long deadlineNs) {
        if (opsAcquire() == null) {
            checkNotFreed("given a deadline");
        }
        FencePolls.setDeadline(this, deadlineNs);
    }

    // ---- waiting --------------------------------------------------------------------------------------------------

    /**
     * Waits until the fence signals; its error, if any, is in {@link #status()}. Not to be called in a read section or
     * by an actor.
     *
     * @throws FenceWaitException if the issuer's own way of waiting failed
     * @throws FenceFreedException as {@link #addCallback}
     */
    public void await() throws InterruptedException {
        if (!FenceWaits.await(this, Long.MAX_VALUE)) {
            throw new FenceWaitException(this, FenceError.ETIME); // only an issuer's own wait gives up
        }
    }

    /**
     * Waits up to a time.
     *
     * @return true if the fence signalled, false if the time passed first
     * @throws IllegalArgumentException if the time is negative
     * @throws FenceWaitException if the issuer's own way of waiting failed
     * @throws FenceFreedException as {@link #addCallback}
     */
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return FenceWaits.await(this, unit.toNanos(timeout));
    }

    /** As {@link #await(long, TimeUnit)}; more than 292 years is for ever. */
    public boolean await(Duration timeout) throws InterruptedException {
        return FenceWaits.await(this, FenceWaits.nanos(timeout));
    }

    /**
     * Waits until the fence signals, and throws if it does so with an error.
     *
     * @throws FenceErrorException if the fence signalled with an error
     * @throws FenceWaitException as {@link #await()}
     * @throws FenceFreedException as {@link #addCallback}
     */
    public void awaitSuccess() throws InterruptedException {
        await();
        throwError();
    }

    /**
     * As {@link #awaitSuccess()} up to a time.
     *
     * @return true if the fence signalled without an error, false if the time passed first
     */
    public boolean awaitSuccess(Duration timeout) throws InterruptedException {
        boolean signaled = await(timeout);
        if (signaled) {
            throwError();
        }
        return signaled;
    }

    private void throwError() {
        FenceError error = FenceStatus.signaled(errno()).error();
        if (error != null) {
            throw new FenceErrorException(toString(), error);
        }
    }

    /** As {@link #await(long, TimeUnit)}, going on through interrupts; the interrupt status survives. */
    public boolean awaitUninterruptibly(long timeout, TimeUnit unit) {
        return FenceWaits.awaitUninterruptibly(this, unit.toNanos(timeout));
    }

    /** As {@link #awaitUninterruptibly(long, TimeUnit)}; more than 292 years is for ever. */
    public boolean awaitUninterruptibly(Duration timeout) {
        return FenceWaits.awaitUninterruptibly(this, FenceWaits.nanos(timeout));
    }

    /**
     * A future of the fence's signalling. It is completed on the signalling thread; use the {@code Async} stages for
     * anything longer than a hand-over. Cancelling it, completing it early or letting it time out takes the callback
     * off the fence, without waiting for anybody.
     *
     * <p>The caller lends its reference until the future is done, as for any callback.
     *
     * @return completes normally with {@link FenceStatus#OK} if the fence signals without an error, and exceptionally
     *     with a {@link FenceErrorException} if it signals with one, which {@code join} throws and
     *     dependent stages get as it is, and which {@code get} wraps: no future completes with an error as its value
     * @throws FenceFreedException as {@link #addCallback}
     */
    public CompletableFuture<FenceStatus> toFuture() {
        return FenceFutures.toFuture(this);
    }

    /**
     * Waits and answers with the kernel's numbers, as the {@code wait} op of a driver must, and adapters that answer as
     * the kernel does. A program wants {@link #await(long, TimeUnit)}. Kernel counterpart: {@code
     * dma_fence_wait_timeout()}.
     *
     * @param interruptible whether an interrupt of the thread ends the wait; its status is then left set
     * @param timeoutNs {@link Long#MAX_VALUE} for ever, 0 to look only
     * @return nanoseconds left, at least 1, when signalled; 0 when the time passed; {@code -ERESTARTSYS} when
     *     interrupted; {@code -EINVAL} for a negative time; another negative errno if the issuer's own wait failed,
     *     which is neither
     */
    public long waitTimeout(boolean interruptible, long timeoutNs) {
        return FenceWaits.waitTimeout(this, interruptible, timeoutNs);
    }

    // ---- the issuer's side, reached through FenceContext ----------------------------------------------------------

    FenceContext owner() {
        return context;
    }

    void traceEmit() {
        if (context.isTraced(FenceTracepoint.EMIT)) {
            FenceNames.trace(this, FenceTracepoint.EMIT);
        }
    }

    /** Swaps ops that could not detach for ones that only complain; false if they are gone already. */
    boolean entomb(FenceOps tombstone) {
        FenceOps attached = opsAcquire();
        return attached != null && casOps(attached, tombstone);
    }

    /** Identity and status, without asking the issuer anything. */
    @Override
    public String toString() {
        return context.fenceText(seqno, isSeqno64(), isSignaled() ? ", signaled" : "");
    }
}
