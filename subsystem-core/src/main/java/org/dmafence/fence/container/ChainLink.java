package org.dmafence.fence.container;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.jspecify.annotations.Nullable;

/** What a link of a chain knows of earlier points, and how walkers unlink those that have signalled. */
abstract sealed class ChainLink extends Container permits FenceChain {
    /*
     * Overview. `behind` is all that a link knows of earlier points: the next one that is not known to have signalled,
     * to which it holds a reference, and the failures of those in between, which were unlinked. It is one reference,
     * and null, the earlier fence itself, or both in a Behind: links behind which nothing failed, nearly all, pay for
     * no second field.
     *
     * I1  `behind` moves only backwards along the chain: from a link to that link's own, by CAS, and only past a link
     *     whose contained fence has signalled.
     * I2  The CAS that unlinks a point adds its failure, and those its link knew when its own `behind` was read, to the
     *     link in front. So at every instant the points before a link are: those it has unlinked, then the one it is
     *     linked to, then the points before that; none missing, none twice.
     * I3  When nothing earlier is linked any more and the contained fence has signalled, the failures behind and that
     *     fence's error are all there is to know; only then does the link signal.
     *
     *   field      written by               read by     mode                  pairs with
     *   behind     constructor, walkers,    walkers     CAS; release in the   getAcquire
     *              last release                         last release
     *   contained  constructor              all         final
     *
     * Tried and dropped: the failures in a field of their own, written before the CAS and read after the link. It kept
     * the first error, but two walkers that unlink one point both wrote it, so failures could not be counted.
     */

    private record Behind(@Nullable DmaFence prev, Failure failure) {}

    /** The point's own fence, to which the link holds a reference. */
    final DmaFence contained;

    private @Nullable Object behind;

    ChainLink(FenceContext context, @Nullable DmaFence prev, DmaFence contained, ErrorPolicy policy) {
        super(context, policy, Math.max(heightOf(contained) + 1, heightOf(prev)));
        this.behind = prev;
        this.contained = contained;
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
    final @Nullable Object collect() {
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
    static boolean pollOver(DmaFence point) {
        boolean answered = false;
        try {
            boolean over = FenceChain.contained(point).pollSignaled();
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
        FenceChain link = FenceChain.of(earlier);
        Object further = link == null ? null : link.retainBehind();
        DmaFence unlinked = prevOf(further);
        try {
            if (BEHIND.compareAndSet(
                    this, seen, past(link, FenceChain.contained(earlier), further, failureOf(seen)))) { // I2
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

    /**
     * What is behind, and a reference to the link in it, which was linked at an instant while the reference is held.
     */
    final @Nullable Object retainBehind() {
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
            fence().runtime()
                    .warn(freed + " was released more often than retained: it was freed while linked behind " + fence()
                            + ", which goes on without it");
        }
    }

    /** The link as it is now; borrowed, and soon out of date. */
    final @Nullable DmaFence linkedTo() {
        return prevOf(behindAcquire());
    }

    private @Nullable Object behindAcquire() {
        return BEHIND.getAcquire(this); // pairs with the CAS in collect
    }

    final void setBehindRelease(@Nullable DmaFence earlier) {
        BEHIND.setRelease(this, earlier); // pairs with behindAcquire
    }

    private static final VarHandle BEHIND;

    static {
        try {
            BEHIND = MethodHandles.lookup().findVarHandle(ChainLink.class, "behind", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
