package org.dmafence.sync;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceChain;
import org.dmafence.fence.container.FenceMerge;
import org.jspecify.annotations.Nullable;

/**
 * A place for a fence that may come later, be replaced, or become a timeline of numbered points: what graphics APIs
 * call a semaphore. Kernel counterpart: {@code struct drm_syncobj}.
 *
 * <p>A <em>binary</em> object holds one fence or none; {@link #addPoint} makes a timeline of it, whose points are
 * unsigned 64-bit numbers. A waiter takes the fence that is there, or the first that comes, and stays with it whatever
 * is put into the object later.
 *
 * <p><b>References.</b> A new object has one, its maker's. With the last one the object releases its fence and drops
 * the {@linkplain SyncObjEvent registrations} that still wait for a point. Fences passed in are borrowed; fences handed
 * out come with a reference of the caller's.
 *
 * <p>Every method may be called from any thread; only the {@code await} ones block. Callbacks and listeners that a new
 * fence sets off run on the thread that brings it, outside any lock.
 */
public final class SyncObj extends SyncObjState {
    /** For how long {@link #awaitFenceAt} waits for somebody to submit. */
    static final long SUBMIT_TIMEOUT_NS = 5_000_000_000L;

    private SyncObj(FenceRuntime runtime, ErrorPolicy policy) {
        super(runtime, policy);
    }

    /** An object without a fence that keeps errors. */
    public static SyncObj create(FenceRuntime runtime) {
        return create(runtime, ErrorPolicy.KEEP_FIRST);
    }

    /** An object without a fence. Kernel counterpart: {@code drm_syncobj_create()}. */
    public static SyncObj create(FenceRuntime runtime, ErrorPolicy policy) {
        return new SyncObj(runtime, policy);
    }

    // ---- references -----------------------------------------------------------------------------------------------

    /**
     * Takes a reference. Kernel counterpart: {@code drm_syncobj_get()}.
     *
     * @return this object
     * @throws IllegalStateException if the last reference is gone already
     */
    public SyncObj retain() {
        if (!tryRetain()) {
            throw new IllegalStateException(this + " was retained after its last release");
        }
        return this;
    }

    /**
     * Drops a reference. Throws nothing: one too many that is dropped is reported and changes nothing. Kernel
     * counterpart: {@code drm_syncobj_put()}.
     */
    public void release() {
        if (!drop()) {
            runtime.warn(this + " was released more often than retained");
        }
    }

    // ---- the fence ------------------------------------------------------------------------------------------------

    /**
     * The fence that is in the object now, with a new reference. Kernel counterpart: {@code drm_syncobj_fence_get()}.
     */
    public @Nullable DmaFence fence() {
        return retainPayload();
    }

    /**
     * Puts a fence in the place of whatever is there. Kernel counterpart: {@code drm_syncobj_replace_fence()}.
     *
     * @throws IllegalStateException if the last reference to this object, or to the fence, is gone; this goes for
     *     whatever puts a fence in
     */
    public void replaceFence(DmaFence fence) {
        put(fence.retain());
    }

    /** Empties the object; those that wait for a fence that was in it go on waiting for that. */
    public void reset() {
        put(null);
    }

    /** Puts a fence in that signalled just now. Kernel counterpart: {@code drm_syncobj_assign_null_handle()}. */
    public void signal() {
        put(runtime.allocateStub(runtime.clock().nanoTime()));
    }

    /** Adds a point that is signalled as soon as all earlier ones are. */
    public void signal(long point) {
        DmaFence stub = runtime.stub();
        try {
            addPoint(stub, point);
        } finally {
            stub.release();
        }
    }

    /**
     * Adds a point to the timeline, linked to what is in the object. One that is not later than the last is accepted,
     * as in the kernel: it gets the last one's number and delays it. Kernel counterpart: {@code
     * drm_syncobj_add_point()}.
     *
     * @param fence the point's own fence; of a chain, which is another timeline, a {@linkplain FenceMerge merge} is
     *     added: chains in chains would cost more with each time that two objects are copied crosswise
     */
    public void addPoint(DmaFence fence, long point) {
        DmaFence own = FenceChain.isChain(fence) ? FenceMerge.merge(List.of(fence), policy) : fence.retain();
        try {
            for (boolean added = false; !added; ) {
                DmaFence before = fence();
                try {
                    added = addBehind(before, own, point);
                } finally {
                    SyncObjPoints.release(before);
                }
            }
        } finally {
            own.release();
        }
    }

    private boolean addBehind(@Nullable DmaFence before, DmaFence fence, long point) {
        DmaFence link = SyncObjPoints.newLink(before, fence, point, policy);
        boolean added = false;
        try {
            added = putAfter(before, link);
        } finally {
            if (!added) {
                link.release();
            }
        }
        if (added) {
            SyncObjPoints.unlinkSignaled(before);
        }
        return added;
    }

    // ---- points ---------------------------------------------------------------------------------------------------

    /**
     * What has to signal for a point to be reached.
     *
     * @param point 0 for the object's fence, whichever it is
     * @return with a new reference, a stub if the point was reached already; {@code null} if the point was not
     *     submitted
     */
    public @Nullable DmaFence fenceAt(long point) {
        DmaFence head = fence();
        if (head == null) {
            return null;
        }
        try {
            return SyncObjPoints.find(head, point, policy);
        } finally {
            head.release();
        }
    }

    /**
     * As {@link #fenceAt}, waiting up to 5 s for the point to be submitted. Kernel counterpart:
     * {@code drm_syncobj_find_fence()}.
     *
     * @throws SyncObjException if nobody submitted it in time
     */
    public DmaFence awaitFenceAt(long point) throws InterruptedException {
        DmaFence found = SyncObjWait.submitted(new SyncObjPoint(this, point), SUBMIT_TIMEOUT_NS);
        if (found == null) {
            throw SyncObjException.notInTime(this, point);
        }
        return found;
    }

    /**
     * How far the timeline has come; 0 for a binary object. After a point was added out of order, 0 until that one is
     * reached. Kernel counterpart: {@code DRM_IOCTL_SYNCOBJ_QUERY}.
     *
     * <p>Polls and, as in the kernel, does not {@linkplain DmaFence#enableSignaling enable}: {@code
     * drm_syncobj_query_ioctl()} asks {@code dma_fence_is_signaled()} of the oldest point, and arrays ask each of their
     * fences ({@code dma_fence_array_signaled()}). Of a driver that can't be polled
     * and signals only what was enabled, a query alone sees nothing, however often it asks. Code that only ever looks
     * uses {@link SyncObjWait#poll}, which enables.
     */
    public long pollReachedPoint() {
        DmaFence head = fence();
        if (head == null) {
            return 0;
        }
        try {
            return SyncObjPoints.pollReached(head);
        } finally {
            head.release();
        }
    }

    /** The latest point of the timeline, reached or not; 0 for a binary object. */
    public long lastSubmittedPoint() {
        DmaFence head = fence();
        if (head == null) {
            return 0;
        }
        long last = FenceChain.isChain(head) ? head.seqno() : 0;
        head.release();
        return last;
    }

    /**
     * Copies what a point of another object waits for. Kernel counterpart: {@code DRM_IOCTL_SYNCOBJ_TRANSFER}.
     *
     * @param source may be this object
     * @param point where to add it; 0 to replace whatever is in this object
     * @throws SyncObjException if the source's point was not submitted
     */
    public void transferFrom(SyncObj source, long sourcePoint, long point) {
        DmaFence found = source.fenceAt(sourcePoint);
        if (found == null) {
            throw SyncObjException.nothingAt(source, sourcePoint);
        }
        transfer(found, point);
    }

    /**
     * As {@link #transferFrom}, waiting up to 5 s for the source's point to be submitted.
     *
     * @throws SyncObjException if nobody submitted it in time
     */
    public void awaitTransferFrom(SyncObj source, long sourcePoint, long point) throws InterruptedException {
        transfer(source.awaitFenceAt(sourcePoint), point);
    }

    private void transfer(DmaFence found, long point) {
        if (point == 0) {
            put(found);
            return;
        }
        try {
            DmaFence flat = FenceMerge.merge(List.of(found), policy); // a point's fence must not be a chain
            try {
                addPoint(flat, point);
            } finally {
                flat.release();
            }
        } finally {
            found.release();
        }
    }

    // ---- events ---------------------------------------------------------------------------------------------------

    /**
     * A future of a point being reached, submitted already or not. Cancelling it ends the registration.
     *
     * @return completes with success; exceptionally with {@link org.dmafence.fence.FenceErrorException} if the point's
     *     fence failed, and with {@code -ECANCELED} if the object is freed before the point is submitted
     */
    public CompletableFuture<FenceStatus> whenSignaled(long point) {
        return SyncObjEvent.future(new SyncObjPoint(this, point), false);
    }

    /**
     * A future of a point being submitted, whether it is reached by then or not.
     *
     * @return completes with how the point's fence stands; exceptionally if the object is freed before
     */
    public CompletableFuture<FenceStatus> whenAvailable(long point) {
        return SyncObjEvent.future(new SyncObjPoint(this, point), true);
    }

    /**
     * The points of the timeline as a stream: each number from the next one on, in order, once it is reached, whether
     * submitted by then or not. For timelines that count up by little; one that jumps by millions delivers as many
     * numbers. Ends with an error if a point failed, after point 2<sup>64</sup>-1, and when the object is freed, to
     * which it keeps no reference.
     *
     * @param executor runs the subscribers; with {@code Runnable::run} they run on the thread that signals
     */
    public Flow.Publisher<Long> points(Executor executor) {
        return new TimelinePublisher(runtime, () -> pollReachedPoint() + 1, this::futureOfNext, executor);
    }

    private CompletableFuture<FenceStatus> futureOfNext(long point) {
        if (point == 0) { // the numbers are used up, and 0 would be the object's fence
            return CompletableFuture.failedFuture(
                    new FenceErrorException("a point after the last of " + this, FenceError.EINVAL));
        }
        return whenSignaled(point);
    }

    /** The runtime whose clock and stubs it uses. */
    public FenceRuntime runtime() {
        return runtime;
    }

    /** What becomes of errors. */
    public ErrorPolicy errorPolicy() {
        return policy;
    }

    @Override
    public String toString() {
        DmaFence seen = payloadRacy();
        return "syncobj " + Integer.toHexString(System.identityHashCode(this)) + " ("
                + (seen == null ? "no fence" : seen) + ")";
    }
}
