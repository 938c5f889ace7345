package org.dmafence.fence.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.SequenceNumbers;
import org.jspecify.annotations.Nullable;

/**
 * One point of a timeline of fences: {@link #fence()} signals when the {@linkplain #contained() fence of the point} and
 * those of all earlier points have. Kernel counterpart: {@code struct dma_fence_chain}.
 *
 * <p>Points are 64-bit and compare unsigned. A walk along a chain unlinks the points whose own fence has signalled, so
 * history does not pile up as long as somebody walks; making a link does not. The first error of a chain is that of its
 * earliest point that failed, unlinked ones included; of those a bounded record is kept ({@link FenceCauses}).
 *
 * <p>Every method may be called from any thread and none blocks. Walking is lock-free: a step repeats only because
 * another walker unlinked something. Nothing recurses, however long the chain.
 */
public final class FenceChain extends ChainLink {
    // How earlier points are linked and unlinked is in ChainLink, with I1 to I3.
    //
    // I4  The callback is on at most one fence at a time, and holds references to that fence and to this link.

    /**
     * Where a point was found.
     *
     * @param fence what has to signal for the point to be reached, with a new reference; {@code null} if it was reached
     * @param error the error of the earliest failed point up to this one that is no longer linked; it is not in {@code
     *     fence}
     */
    public record Found(@Nullable DmaFence fence, @Nullable FenceError error) {}

    private final DmaFence fence;
    private final long prevSeqno;

    private FenceChain(
            FenceContext context,
            @Nullable DmaFence prev,
            long prevSeqno,
            DmaFence contained,
            long seqno,
            ErrorPolicy policy) {
        super(context, prev, contained, policy);
        this.prevSeqno = prevSeqno;
        fence = context.newFence64(this, seqno);
    }

    /** Makes a link that keeps the first error. */
    public static FenceChain create(@Nullable DmaFence prev, DmaFence fence, long point) {
        return create(prev, fence, point, ErrorPolicy.KEEP_FIRST);
    }

    /**
     * Makes a link with one reference, the caller's. A point that is not later than the one before starts a new
     * context, and gets the number of the one before. Kernel counterpart: {@code dma_fence_chain_init()}.
     *
     * @param prev what comes before, usually a chain; the caller's reference becomes the link's
     * @param fence the point's own fence, not a chain (reported, not refused); the caller's reference becomes the
     *     link's
     */
    public static FenceChain create(@Nullable DmaFence prev, DmaFence fence, long point, ErrorPolicy policy) {
        Objects.requireNonNull(fence, "fence");
        Objects.requireNonNull(policy, "policy");
        FenceChain before = prev == null ? null : of(prev);
        FenceChain made;
        if (before != null && SequenceNumbers.isLater(point, before.seqno(), true)) {
            made = new FenceChain(before.context, prev, before.seqno(), fence, point, policy);
        } else {
            FenceContext context = FenceContext.builder(fence.runtime())
                    .name(TIMELINE)
                    .ownerless()
                    .build();
            // Not later, so the larger of the two is the one before.
            made = new FenceChain(context, prev, 0, fence, before == null ? point : before.seqno(), policy);
        }
        if (made.height > 1 && isChain(fence)) {
            fence.runtime().warn(made.fence + " was made of a chain, " + fence + "; link it as prev instead");
        }
        return made;
    }

    /** The link that a fence is the promise of; {@code null} for any other fence, and for a freed one. */
    public static @Nullable FenceChain of(DmaFence fence) {
        return at(fence, FenceChain.class);
    }

    /** Whether a fence is a chain's. Kernel counterpart: {@code dma_fence_is_chain()}. */
    public static boolean isChain(DmaFence fence) {
        return of(fence) != null;
    }

    /**
     * The fence inside a link, or the fence itself; borrowed. Kernel counterpart: {@code dma_fence_chain_contained()}.
     */
    public static DmaFence contained(DmaFence fence) {
        FenceChain chain = of(fence);
        return chain == null ? fence : chain.contained;
    }

    /**
     * Steps to the next earlier link that has not signalled, unlinking those that have; polls. Kernel counterpart:
     * {@code dma_fence_chain_walk()}.
     *
     * @param fence a chain, or anything else; the caller's reference is dropped, also on the way out of a throw
     * @return with a new reference; {@code null} at the end
     */
    public static @Nullable DmaFence walk(DmaFence fence) {
        try {
            FenceChain chain = of(fence);
            return chain == null ? null : prevOf(chain.collect());
        } finally {
            fence.release();
        }
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
            if (!at.sharesTimeline(head) || link == null || Long.compareUnsigned(link.prevSeqno, point) < 0) {
                break;
            }
            Object earlier;
            try {
                earlier = link.collect();
            } finally {
                at.release();
            }
            at = prevOf(earlier);
            Failure failure = failureOf(earlier);
            if (failure != null && Long.compareUnsigned(failure.point(), point) <= 0) {
                error = failure.error();
            }
        }
        return new Found(at, error);
    }

    /** The promise that this point was reached. */
    @Override
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
        return linkedTo();
    }

    /** Puts the callback on the first fence from here back that has not signalled. */
    @Override
    boolean arm() {
        fence.retain();
        boolean armed = false;
        try {
            armed = rearm(new Member(this));
        } finally {
            if (!armed) {
                fence.release();
            }
        }
        return armed;
    }

    @Override
    boolean ended(DmaFence signaled) {
        return true;
    }

    @Override
    boolean rearm(Member callback) {
        if (arm(contained, callback)) {
            return true;
        }
        // From link to link, as in the kernel: what arming one signals is unlinked by the next walk.
        for (DmaFence earlier = prevOf(collect()); earlier != null; earlier = walk(earlier)) {
            boolean armed = true;
            try {
                armed = arm(contained(earlier), callback);
            } finally {
                if (armed) { // or it threw
                    earlier.release();
                }
            }
            if (armed) {
                return true;
            }
        }
        settleError();
        return false;
    }

    private static boolean arm(DmaFence on, Member callback) {
        on.retain();
        boolean armed = false;
        try {
            armed = on.addCallback(callback);
            return armed;
        } finally {
            if (!armed) {
                on.release();
            }
        }
    }

    @Override
    void releaseMember(DmaFence signaled) {
        signaled.release(); // I4
    }

    @Override
    boolean pollComplete() {
        if (!contained.pollSignaled()) {
            return false;
        }
        for (DmaFence earlier = prevOf(collect()); earlier != null; earlier = walk(earlier)) {
            // Asked twice, here and in collect(), as in the kernel: between the two the hardware may have finished.
            if (!pollOver(earlier)) {
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
            Failure earlier = failureOf(collect());
            FenceError error = earlier != null ? earlier.error() : Errors.of(contained);
            if (error != null) {
                context.setFirstError(fence, error);
            }
        }
    }

    /** Takes the chain apart one link after the other, as far as nobody else holds it. */
    @Override
    void releaseMembers() {
        for (DmaFence earlier = prev(); earlier != null; earlier = prev()) {
            FenceChain link = earlier.references() > 1 ? null : of(earlier);
            // Ours is the only reference, so nobody walks that link: what is behind it goes over to us.
            setBehindRelease(link == null ? null : link.prev());
            if (link != null) {
                link.setBehindRelease(null);
            }
            earlier.release();
        }
        contained.release();
    }

    @Override
    Iterable<DmaFence> inside(Purpose purpose) {
        List<DmaFence> inside = new ArrayList<>();
        if (purpose == Purpose.RELEASE) {
            DmaFence prev = prev();
            if (prev != null) {
                inside.add(prev);
            }
            inside.add(contained);
            return inside;
        }
        for (FenceChain link = this; link != null && Nesting.isDeep(link); link = link.linked()) {
            inside.add(link.contained);
            if (purpose == Purpose.ENABLE && !link.contained.isSignaled()) {
                break; // the callback goes on that one
            }
        }
        return inside;
    }

    private @Nullable FenceChain linked() {
        DmaFence prev = prev();
        return prev == null ? null : of(prev);
    }

    @Override
    void forwardDeadline(long deadlineNs) {
        for (DmaFence at = fence.retain(); at != null; at = walk(at)) {
            DmaFence point = contained(at);
            boolean told = false;
            try {
                if (!Nesting.isDeep(point)) {
                    point.setDeadline(deadlineNs);
                }
                told = true;
            } finally {
                if (!told) {
                    at.release();
                }
            }
        }
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "dma_fence_chain";
    }

    @Override
    public String toString() {
        return "chain link over " + contained + ": " + fence;
    }
}
