package org.dmafence.fence.container;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * Several fences as one: {@link #fence()} signals when all of them have. Kernel counterpart: {@code struct
 * dma_fence_array}.
 *
 * <p>The array owns a reference to each of its fences and drops them with its own last reference. It enables their
 * signalling when its own is enabled; until then it is complete only when somebody polls it and finds all of them
 * signalled. Which error is the first: that of the fence that signalled first; among those found signalled already, of
 * the lowest index.
 *
 * <p>Every method may be called from any thread and none blocks. Nothing recurses, however deep arrays are nested.
 */
public final class FenceArray extends Container {
    /*
     * Overview. `pending` counts the fences whose end the array has not learned of. Enabling adds one callback per
     * fence, each with a reference to the array; the thread that takes `pending` to 0, in a callback or while enabling,
     * signals the array.
     *
     * I1  A fence's error is recorded in the array's fence before `pending` is decremented for it, so a thread that
     *     reads 0 there finds the first error set.
     * I2  `pending` falls from the number of fences only after ENABLE_SIGNAL was set, and once for each fence.
     * I3  An array whose signalling is not enabled is complete exactly if every one of its fences answers a poll so.
     *
     *   field     written by                    read by      mode
     *   pending   callbacks, enabling thread    pollers      atomic add; getAcquire
     *   fences    constructor                   all          final
     *
     * The fences after the first `visible` are those that a merge put behind newer ones of their context. The array
     * waits for them and keeps their errors, but does not show them. `carried` is what a merge found failed already and
     * did not put in.
     */
    private final DmaFence fence;
    private final DmaFence[] fences;
    private final int visible;
    private final @Nullable Failure carried;
    private int pending;

    private FenceArray(
            FenceContext context,
            long seqno,
            DmaFence[] fences,
            int visible,
            ErrorPolicy policy,
            @Nullable Failure carried) {
        super(context, policy, heightAbove(fences));
        this.fences = fences;
        this.visible = visible;
        this.carried = carried;
        pending = fences.length;
        fence = context.newFence(this, seqno);
        if (carried != null) {
            context.setFirstError(fence, carried.error());
        }
    }

    private static int heightAbove(DmaFence[] fences) {
        int highest = 0;
        for (DmaFence member : fences) {
            highest = Math.max(highest, heightOf(member));
        }
        return highest + 1;
    }

    /** An array on a timeline of its own that keeps the first error. */
    public static FenceArray create(List<DmaFence> fences) {
        DmaFence[] taken = checked(fences);
        long contextId = taken[0].runtime().allocateContexts(1);
        return create(taken, taken.length, contextId, 1, ErrorPolicy.KEEP_FIRST, null);
    }

    /**
     * Makes an array with one reference, the caller's. Kernel counterpart: {@code dma_fence_array_create()}.
     *
     * @param fences at least one, not containers themselves (reported, not refused); the caller's references to them
     *     become the array's
     * @param contextId the context that the array's fence is to be of
     * @throws IllegalArgumentException if there is no fence; the caller then keeps its references
     */
    public static FenceArray create(List<DmaFence> fences, long contextId, long seqno, ErrorPolicy policy) {
        DmaFence[] taken = checked(fences);
        return create(taken, taken.length, contextId, seqno, policy, null);
    }

    /** As merging needs it: with fences that are not shown, and what failed elsewhere. */
    static FenceArray create(
            DmaFence[] fences, int visible, long contextId, long seqno, ErrorPolicy policy, @Nullable Failure carried) {
        Objects.requireNonNull(policy, "policy");
        FenceContext context = FenceContext.builder(fences[0].runtime())
                .id(contextId)
                .name(TIMELINE)
                .ownerless()
                .build();
        FenceArray array = new FenceArray(context, seqno, fences, visible, policy, carried);
        if (array.height > 1) {
            for (DmaFence member : fences) {
                if (Container.at(member) != null) {
                    context.runtime()
                            .warn(array.fence + " was made of a container, " + member + "; unwrap or merge it first");
                }
            }
        }
        return array;
    }

    private static DmaFence[] checked(List<DmaFence> fences) {
        DmaFence[] taken = fences.toArray(new DmaFence[0]);
        if (taken.length == 0) {
            throw new IllegalArgumentException("an array of no fences would never signal; use FenceRuntime.stub()");
        }
        for (DmaFence member : taken) {
            Objects.requireNonNull(member, "a fence of the array");
        }
        return taken;
    }

    /** The array that a fence is the promise of; {@code null} for any other fence, and for a freed one. */
    public static @Nullable FenceArray of(DmaFence fence) {
        return at(fence, FenceArray.class);
    }

    /** Whether a fence is an array's. Kernel counterpart: {@code dma_fence_is_array()}. */
    public static boolean isArray(DmaFence fence) {
        return of(fence) != null;
    }

    /**
     * The fences of an array, or a list of the fence itself. Kernel counterpart: {@code dma_fence_array_for_each()}.
     */
    public static List<DmaFence> fencesOf(DmaFence fence) {
        FenceArray array = of(fence);
        return array == null ? List.of(fence) : array.fences();
    }

    /**
     * Whether a fence, or each of an array's, is of a context with this id, of whichever runtime. Kernel counterpart:
     * {@code dma_fence_match_context()}.
     */
    public static boolean matchesContext(DmaFence fence, long contextId) {
        for (DmaFence member : fencesOf(fence)) {
            if (member.context() != contextId) {
                return false;
            }
        }
        return true;
    }

    /** The promise that all have signalled. */
    @Override
    public DmaFence fence() {
        return fence;
    }

    /** The fences, in the order given; borrowed, the references stay the array's. */
    public List<DmaFence> fences() {
        return Collections.unmodifiableList(Arrays.asList(fences).subList(0, visible));
    }

    /** The fences, and those of the same contexts that a merge hid behind them. */
    List<DmaFence> allFences() {
        return Collections.unmodifiableList(Arrays.asList(fences));
    }

    /** What had failed when the array was made, of fences that are not in it. */
    @Nullable Failure carried() {
        return carried;
    }

    @Override
    boolean arm() {
        for (DmaFence member : fences) {
            Member callback = new Member(this);
            fence.retain();
            boolean added = false;
            boolean asked = false;
            try {
                added = member.addCallback(callback);
                asked = true;
            } finally {
                if (!asked) {
                    fence.release();
                }
            }
            if (!added) {
                boolean last = ended(member);
                fence.release();
                if (last) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    boolean ended(DmaFence member) {
        recordError(member); // I1
        return (int) PENDING.getAndAdd(this, -1) == 1; // pairs with pendingAcquire
    }

    @Override
    boolean rearm(Member callback) {
        return false;
    }

    private void recordError(DmaFence member) {
        FenceError error = Errors.of(member);
        if (error != null) {
            context.setFirstError(fence, error);
        }
    }

    @Override
    boolean pollComplete() {
        if (fence.isSignalingEnabled()) {
            return pendingAcquire() <= 0;
        }
        boolean complete = true;
        for (DmaFence member : fences) { // I3; in the kernel all are asked, which signals those that are done
            complete &= member.pollSignaled();
            if (!complete && policy == ErrorPolicy.KEEP_FIRST) {
                return false; // here they may be many: older ones of a context, too
            }
        }
        if (complete && policy == ErrorPolicy.KEEP_FIRST) {
            for (DmaFence member : fences) {
                recordError(member);
            }
        }
        return complete;
    }

    private int pendingAcquire() {
        return (int) PENDING.getAcquire(this); // after it: the error that was recorded before the last decrement
    }

    @Override
    void releaseMembers() {
        for (DmaFence member : fences) {
            member.release();
        }
    }

    @Override
    Iterable<DmaFence> inside(Purpose purpose) {
        boolean counts = purpose == Purpose.POLL && fence.isSignalingEnabled();
        return counts ? List.of() : Arrays.asList(fences);
    }

    @Override
    void forwardDeadline(long deadlineNs) {
        for (DmaFence member : fences) {
            if (!Nesting.isDeep(member)) {
                member.setDeadline(deadlineNs);
            }
        }
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "dma_fence_array";
    }

    @Override
    public String toString() {
        return "array of " + fences.length + ": " + fence;
    }

    private static final VarHandle PENDING;

    static {
        try {
            PENDING = MethodHandles.lookup().findVarHandle(FenceArray.class, "pending", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
