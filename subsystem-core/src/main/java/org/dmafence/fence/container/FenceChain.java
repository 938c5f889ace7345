package org.dmafence.fence.container;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.SequenceNumbers;
import org.jspecify.annotations.Nullable;

/**
 * One point of a timeline of fences: {@link #fence()} signals when the {@linkplain #contained() fence of the point} and those
 * of all earlier points have. Kernel counterpart: {@code struct dma_fence_chain}.
 *
 * <p>Points are 64-bit and compare unsigned. Whoever walks a chain unlinks the points whose own fence has signalled, so
 * history does not pile up as long as somebody walks; making a link does not. The first error of a chain is that of its
 * earliest point that failed, unlinked ones included.
 *
 * <p>Every method may be called from any thread and none blocks. Walking is lock-free: a step repeats only because another
 * walker unlinked something. Nothing recurses, however long the chain.
 */
public final class FenceChain {
    /*
     * Overview. `prev` is the link to the next earlier point that is not known to have signalled, and holds a reference to it.
     *
     * I1  `prev` moves only backwards along the chain: from a link to that link's own `prev`, by CAS, and only past a link
     *     whose contained fence has signalled.
     * I2  Before a link is unlinked, its failure and those it had taken over are taken over by the link in front. A taker
     *     reads the earlier link's `prev` first and its `failure` second: if it sees a `prev` from after an unlinking, it
     *     sees the failure of what was unlinked.
     * I3  When nothing earlier is linked any more and the contained fence has signalled, `failure` and that fence's error are
     *     all there is to know; only then does the link signal.
     * I4  The callback is on at most one fence at a time, and holds references to that fence and to this link.
     *
     *   field      written by               read by     mode                  pairs with
     *   prev       constructor, walkers,    walkers     CAS; release in the   getAcquire
     *              last release                         last release
     *   failure    walkers                  all         CAS, falling point    getAcquire
     *   contained  constructor              all         final
     */

    /** An earlier point that failed; the earliest is kept. */
    private record Failure(long point, FenceError error) {}

    /**
     * Where a point was found.
     *
     * @param fence what has to signal for the point to be reached, with a new reference; {@code null} if it was reached
     * @param error the error of the earliest failed point up to this one that is no longer linked; it is not in {@code fence}
     */
    public record Found(@Nullable DmaFence fence, @Nullable FenceError error) {}

    private final FenceContext context;
    private final DmaFence fence;
    private final DmaFence contained;
    private final long prevSeqno;
    private final ErrorPolicy policy;
    private final Link link = new Link(this);

    private @Nullable DmaFence prev;

    private @Nullable Failure failure;

    private FenceChain(@Nullable DmaFence prev, DmaFence contained, long point, ErrorPolicy policy) {
        this.prev = prev;
        this.contained = contained;
        this.policy = policy;
        FenceChain before = prev == null ? null : of(prev);
        long seqno = point;
        if (before != null && SequenceNumbers.isLater(point, before.seqno(), true)) {
            context = before.context;
            prevSeqno = before.seqno();
        } else {
            context =
                    FenceContext.builder(contained.runtime()).name(Ops.TIMELINE).build();
            prevSeqno = 0;
            if (before != null) {
                seqno = before.seqno(); // not later, so the larger of the two
            }
        }
        fence = context.newFence64(new Ops(this), seqno);
    }

    /** Makes a link that keeps the first error. */
    public static FenceChain create(@Nullable DmaFence prev, DmaFence fence, long point) {
        return create(prev, fence, point, ErrorPolicy.KEEP_FIRST);
    }

    /**
     * Makes a link with one reference, the caller's. A point that is not later than the one before starts a new context, and
     * gets the number of the one before. Kernel counterpart: {@code dma_fence_chain_init()}.
     *
     * @param prev what comes before, usually a chain; the caller's reference becomes the link's
     * @param fence the point's own fence, not a chain (reported, not refused); the caller's reference becomes the link's
     */
    public static FenceChain create(@Nullable DmaFence prev, DmaFence fence, long point, ErrorPolicy policy) {
        Objects.requireNonNull(fence, "fence");
        FenceChain made = new FenceChain(prev, fence, point, Objects.requireNonNull(policy, "policy"));
        if (isChain(fence)) {
            fence.runtime().warn(made.fence + " was made of a chain, " + fence + "; link it as prev instead");
        }
        return made;
    }

    /** The link that a fence is the promise of; {@code null} for any other fence, and for a freed one. */
    public static @Nullable FenceChain of(DmaFence fence) {
        Ops ops = fence.opsAs(Ops.class);
        return ops == null ? null : ops.chain;
    }

    /** Whether a fence is a chain's. Kernel counterpart: {@code dma_fence_is_chain()}. */
    public static boolean isChain(DmaFence fence) {
        return fence.opsAs(Ops.class) != null;
    }

    /** The fence inside a link, or the fence itself; borrowed. Kernel counterpart: {@code dma_fence_chain_contained()}. */
    public static DmaFence contained(DmaFence fence) {
        FenceChain chain = of(fence);
        return chain == null ? fence : chain.contained;
    }

    /**
     * Steps to the next earlier link that has not signalled, unlinking those that have; polls. Kernel counterpart:
     * {@code dma_fence_chain_walk()}.
     *
     * @param fence a chain, or anything else; the caller's reference is dropped
     * @return with a new reference; {@code null} at the end
     */
    public static @Nullable DmaFence walk(DmaFence fence) {
        FenceChain chain = of(fence);
        DmaFence next = chain == null ? null : chain.collect();
        fence.release();
        return next;
    }

    /**
     * Looks for what has to signal for a point to be reached: the earliest link whose number is not before it. Kernel
     * counterpart: {@code dma_fence_chain_find_seqno()}.
     *
     * @param head the latest link; borrowed
     * @param point 0 answers the head
     * @return {@code null} if the fence is no chain, or the point comes after its head: {@code -EINVAL} in the kernel
     */
    public static @Nullable Found findSeqno(DmaFence head, long point) {
        if (point == 0) {
            return new Found(head.retain(), null);
        }
        FenceChain chain = of(head);
        if (chain == null || Long.compareUnsigned(chain.seqno(), point) < 0) {
            return null;
        }
        FenceError error = null;
        DmaFence at = head.retain();
        while (at != null) {
            FenceChain link = of(at);
            if (at.context() != head.context() || link == null || Long.compareUnsigned(link.prevSeqno, point) < 0) {
                break;
            }
            DmaFence earlier = link.collect();
            Failure taken = link.failureAcquire();
            if (taken != null && Long.compareUnsigned(taken.point, point) <= 0) {
                error = taken.error;
            }
            at.release();
            at = earlier;
        }
        return new Found(at, error);
    }

    /** The promise that this point was reached. */
    public DmaFence fence() {
        return fence;
    }

    /** The point's own fence; borrowed. */
    public DmaFence contained() {
        return contained;
    }

    /** The point. */
    public long seqno() {
        return fence.seqno();
    }

    /** The point before, as it was when this one was made; 0 if this one started its context. */
    public long prevSeqno() {
        return prevSeqno;
    }

    /** The link as it is now; borrowed, and soon out of date. */
    public @Nullable DmaFence prev() {
        return prevAcquire();
    }

    /** What becomes of errors. */
    public ErrorPolicy errorPolicy() {
        return policy;
    }

    /** The error of the earliest failed point among those that were unlinked behind this one. */
    @Nullable FenceError unlinkedError() {
        Failure taken = failureAcquire();
        return taken == null ? null : taken.error;
    }

    /** Unlinks what has signalled; the next earlier link that has not, with a new reference, {@code null} at the end. */
    private @Nullable DmaFence collect() {
        for (; ; ) {
            DmaFence earlier = retainPrev();
            if (earlier == null) {
                return null;
            }
            FenceChain link = of(earlier);
            DmaFence decisive = link == null ? earlier : link.contained;
            if (!decisive.pollSignaled()) {
                return earlier;
            }
            DmaFence replacement = link == null ? null : link.retainPrev();
            takeOver(link, decisive); // I2: after the replacement was read, before the CAS
            if (PREV.compareAndSet(this, earlier, replacement)) { // pairs with prevAcquire
                earlier.release(); // the link's reference
            } else if (replacement != null) {
                replacement.release();
            }
            earlier.release();
        }
    }

    private void takeOver(@Nullable FenceChain link, DmaFence signaled) {
        if (link != null) {
            Failure older = link.failureAcquire();
            if (older != null) {
                lowerFailure(older);
            }
        }
        FenceError error = Errors.of(signaled);
        if (error != null) {
            lowerFailure(new Failure(link == null ? 0 : link.seqno(), error));
        }
    }

    private void lowerFailure(Failure candidate) {
        for (; ; ) {
            Failure known = failureAcquire();
            if (known != null && Long.compareUnsigned(known.point, candidate.point) <= 0) {
                return;
            }
            if (FAILURE.compareAndSet(this, known, candidate)) { // pairs with failureAcquire
                return;
            }
        }
    }

    /** A reference to what is linked at an instant while it is held. */
    private @Nullable DmaFence retainPrev() {
        for (; ; ) {
            DmaFence seen = prevAcquire();
            if (seen == null) {
                return null;
            }
            if (seen.tryRetain()) {
                if (prevAcquire() == seen) {
                    return seen;
                }
                seen.release();
            }
            // Another walker has replaced it meanwhile.
            Thread.onSpinWait();
        }
    }

    /** Puts the callback on the first fence from here back that has not signalled; false if there is none. */
    private boolean arm() {
        if (arm(contained)) {
            return true;
        }
        // From link to link, as in the kernel: what arming one signals is unlinked by whoever walks next.
        for (DmaFence earlier = collect(); earlier != null; earlier = walk(earlier)) {
            if (arm(contained(earlier))) {
                earlier.release();
                return true;
            }
        }
        settleError();
        return false;
    }

    private boolean arm(DmaFence on) {
        on.retain();
        if (on.addCallback(link)) {
            return true;
        }
        on.release();
        return false;
    }

    private boolean isComplete() {
        if (!contained.pollSignaled()) {
            return false;
        }
        for (DmaFence earlier = collect(); earlier != null; earlier = walk(earlier)) {
            // Asked twice, here and in collect(), as in the kernel: between the two the hardware may have finished.
            if (!contained(earlier).pollSignaled()) {
                earlier.release();
                return false;
            }
        }
        settleError();
        return true;
    }

    /** Every contained fence has signalled; I3 holds once nothing is linked any more. */
    private void settleError() {
        if (policy == ErrorPolicy.KEEP_FIRST) {
            DmaFence left = collect();
            assert left == null : left;
            FenceError first = unlinkedError();
            FenceError error = first != null ? first : Errors.of(contained);
            if (error != null) {
                context.setFirstError(fence, error);
            }
        }
    }

    /** The last reference is gone: takes the chain apart one link after the other, as far as nobody else holds it. */
    private void dismantle() {
        for (; ; ) {
            DmaFence earlier = prevAcquire();
            if (earlier == null) {
                break;
            }
            FenceChain link = earlier.references() > 1 ? null : of(earlier);
            // Ours is the only reference, so nobody walks that link: its own goes over to us, and it has nothing to
            // recurse
            // into.
            setPrevRelease(link == null ? null : link.prevAcquire());
            if (link != null) {
                link.setPrevRelease(null);
            }
            earlier.release();
        }
        contained.release();
    }

    private @Nullable DmaFence prevAcquire() {
        return (DmaFence) PREV.getAcquire(this); // pairs with the CAS in collect
    }

    private void setPrevRelease(@Nullable DmaFence earlier) {
        PREV.setRelease(this, earlier); // pairs with prevAcquire
    }

    private @Nullable Failure failureAcquire() {
        return (Failure) FAILURE.getAcquire(this); // pairs with the CAS in lowerFailure
    }

    @Override
    public String toString() {
        return "chain link over " + contained + ": " + fence;
    }

    /** The callback that moves from one unsignalled fence to the next until none is left. */
    private static final class Link extends FenceCallback {
        private final FenceChain chain;

        Link(FenceChain chain) {
            this.chain = chain;
        }

        @Override
        protected void onSignaled(DmaFence signaled) {
            defer(signaled); // keeps the reference to the link
            signaled.release();
        }

        @Override
        protected void onDeferred() {
            if (!chain.arm()) {
                chain.context.signal(chain.fence);
                chain.fence.release();
            }
        }
    }

    private static final class Ops extends FenceOps {
        static final String TIMELINE = "unbound";

        final FenceChain chain;

        Ops(FenceChain chain) {
            super(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE);
            this.chain = chain;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "dma_fence_chain";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return TIMELINE;
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            fence.retain();
            boolean armed = chain.arm();
            if (!armed) {
                fence.release();
            }
            return armed;
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            return chain.isComplete();
        }

        @Override
        protected void release(DmaFence fence) {
            chain.dismantle();
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            for (DmaFence at = fence.retain(); at != null; at = walk(at)) {
                contained(at).setDeadline(deadlineNs);
            }
        }
    }

    private static final VarHandle PREV;
    private static final VarHandle FAILURE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PREV = lookup.findVarHandle(FenceChain.class, "prev", DmaFence.class);
            FAILURE = lookup.findVarHandle(FenceChain.class, "failure", Failure.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
