package org.dmafence.fence.container;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.SequenceNumbers;
import org.jspecify.annotations.Nullable;

/**
 * One point of a timeline of fences: {@link #fence()} signals when the {@linkplain #contained() fence of the point} and those
 * of all earlier points have. Kernel counterpart: {@code struct dma_fence_chain}.
 *
 * <p>Points are 64-bit and compare unsigned. Whoever walks a chain unlinks the points whose own fence has signalled, so
 * history does not pile up as long as somebody walks; making a link does not. The first error of a chain is that of its
 * earliest point that failed, unlinked ones included; of those a bounded record is kept ({@link FenceCauses}).
 *
 * <p>Every method may be called from any thread and none blocks. Walking is lock-free: a step repeats only because another
 * walker unlinked something. Nothing recurses, however long the chain.
 */
public final class FenceChain extends Container {
    /*
     * Overview. `behind` is all that a link knows of earlier points: the next one that is not known to have signalled, to
     * which it holds a reference, and the failures of those in between, which were unlinked. It is one reference, and null, the
     * earlier fence itself, or both in a Behind: links behind which nothing failed, nearly all, pay for no second field.
     *
     * I1  `behind` moves only backwards along the chain: from a link to that link's own, by CAS, and only past a link whose
     *     contained fence has signalled.
     * I2  The CAS that unlinks a point adds its failure, and those its link knew when its own `behind` was read, to the
     *     link in front. So at every instant the points before a link are: those it has unlinked, then the one it is
     *     linked to, then the points before that; none missing, none twice.
     * I3  When nothing earlier is linked any more and the contained fence has signalled, the failures behind and that
     *     fence's error are all there is to know; only then does the link signal.
     * I4  The callback is on at most one fence at a time, and holds references to that fence and to this link.
     *
     *   field      written by               read by     mode                  pairs with
     *   behind     constructor, walkers,    walkers     CAS; release in the   getAcquire
     *              last release                         last release
     *   contained  constructor              all         final
     *
     * Tried and dropped: the failures in a field of their own, written before the CAS and read after the link. It kept the
     * first error, but two walkers that unlink one point both wrote it, so failures could not be counted.
     */

    private record Behind(@Nullable DmaFence prev, Failure failure) {}

    /**
     * Where a point was found.
     *
     * @param fence what has to signal for the point to be reached, with a new reference; {@code null} if it was reached
     * @param error the error of the earliest failed point up to this one that is no longer linked; it is not in {@code fence}
     */
    public record Found(@Nullable DmaFence fence, @Nullable FenceError error) {}

    private final DmaFence fence;
    private final DmaFence contained;
    private final long prevSeqno;

    private @Nullable Object behind;

    private FenceChain(
            FenceContext context,
            @Nullable DmaFence prev,
            long prevSeqno,
            DmaFence contained,
            long seqno,
            ErrorPolicy policy) {
        super(context, policy, Math.max(heightOf(contained) + 1, heightOf(prev)));
        this.behind = prev;
        this.prevSeqno = prevSeqno;
        this.contained = contained;
        fence = context.newFence64(this, seqno);
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

    /** The fence inside a link, or the fence itself; borrowed. Kernel counterpart: {@code dma_fence_chain_contained()}. */
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
        return prevOf(behindAcquire());
    }

    /** The link in what {@link #collect} and {@link #retainBehind} answer. */
    static @Nullable DmaFence prevOf(@Nullable Object behind) {
        return behind instanceof Behind both ? both.prev : (DmaFence) behind;
    }

    /** The failures of unlinked points in it. */
    static @Nullable Failure failureOf(@Nullable Object behind) {
        return behind instanceof Behind both ? both.failure : null;
    }

    /**
     * Unlinks what has signalled, up to the next earlier link that has not.
     *
     * @return what is behind then, with a new reference to that link
     */
    @Nullable Object collect() {
        for (; ; ) {
            Object seen = retainBehind();
            DmaFence earlier = prevOf(seen);
            if (earlier == null || !pollOver(earlier)) {
                return seen;
            }
            unlink(earlier, seen);
        }
    }

    /** Whether a point's own fence has signalled; polls. Drops the reference to the point if that throws. */
    private static boolean pollOver(DmaFence point) {
        boolean answered = false;
        try {
            boolean over = contained(point).pollSignaled();
            answered = true;
            return over;
        } finally {
            if (!answered) {
                point.release();
            }
        }
    }

    /** Links what is behind a point in its place, unless another walker was first; drops the reference to the point. */
    private void unlink(DmaFence earlier, @Nullable Object seen) {
        FenceChain link = of(earlier);
        Object further = link == null ? null : link.retainBehind();
        DmaFence unlinked = prevOf(further);
        try {
            if (BEHIND.compareAndSet(this, seen, past(link, contained(earlier), further, failureOf(seen)))) { // I2
                unlinked = earlier; // whose reference was this link's
            }
        } finally {
            if (unlinked != null) {
                unlinked.release();
            }
            earlier.release();
        }
    }

    /** What is behind once a point is unlinked: what was behind that one, and the failures of both and of the point. */
    private static @Nullable Object past(
            @Nullable FenceChain link, DmaFence signaled, @Nullable Object further, @Nullable Failure known) {
        Failure own = Failure.of(signaled, link == null ? 0 : link.seqno());
        if (own == null && known == null) {
            return further;
        }
        Failure all = Failure.join(Failure.join(failureOf(further), own), known);
        return all == null ? further : new Behind(prevOf(further), all);
    }

    /** What is behind, and a reference to the link in it, which was linked at an instant while the reference is held. */
    @Nullable Object retainBehind() {
        for (; ; ) {
            Object seen = behindAcquire();
            DmaFence earlier = prevOf(seen);
            if (earlier == null) {
                return seen;
            }
            if (earlier.tryRetain()) {
                if (behindAcquire() == seen) {
                    return seen;
                }
                earlier.release();
            } else if (earlier.isFreed() && behindAcquire() == seen) {
                cutOff(earlier, seen);
            }
            // Another walker has replaced it meanwhile.
            Thread.onSpinWait();
        }
    }

    /** A link that is still here has a reference of ours, so it can be freed only by somebody who dropped that. */
    private void cutOff(DmaFence freed, @Nullable Object seen) {
        Failure all = Failure.join(Failure.ofFreed(freed), failureOf(seen));
        if (BEHIND.compareAndSet(this, seen, all == null ? null : new Behind(null, all))) { // pairs with behindAcquire
            fence.runtime()
                    .warn(freed + " was released more often than retained: it was freed while linked behind " + fence
                            + ", which goes on without it");
        }
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
        // From link to link, as in the kernel: what arming one signals is unlinked by whoever walks next.
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

    private @Nullable Object behindAcquire() {
        return BEHIND.getAcquire(this); // pairs with the CAS in collect
    }

    private void setBehindRelease(@Nullable DmaFence earlier) {
        BEHIND.setRelease(this, earlier); // pairs with behindAcquire
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "dma_fence_chain";
    }

    @Override
    public String toString() {
        return "chain link over " + contained + ": " + fence;
    }

    private static final VarHandle BEHIND;

    static {
        try {
            BEHIND = MethodHandles.lookup().findVarHandle(FenceChain.class, "behind", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
