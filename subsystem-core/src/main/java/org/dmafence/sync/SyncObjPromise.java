package org.dmafence.sync;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;

/**
 * A fence for a point that nobody has submitted yet. It may never signal, which fences must not do, so it is for subscribers
 * only and never gets out of this package. Its last release ends the registration.
 */
final class SyncObjPromise extends FenceOps implements SyncObjEvent.Listener {
    private final FenceContext context;
    private final DmaFence fence;
    private @Nullable SyncObjEvent event;

    private SyncObjPromise(SyncObjPoint at) {
        super(Op.RELEASE);
        context = FenceContext.builder(at.object().runtime()).build();
        fence = context.newFence64(this, at.point());
    }

    /** A fence with a reference for the caller that signals when the point is reached, or when the object is freed. */
    static DmaFence at(SyncObjPoint at) {
        SyncObjPromise promise = new SyncObjPromise(at);
        promise.event = SyncObjEvent.whenSignaled(at, promise);
        return promise.fence;
    }

    @Override
    public void onReached(FenceStatus status) {
        end(status.error());
    }

    @Override
    public void onFreed() {
        end(FenceError.ECANCELED);
    }

    private void end(@Nullable FenceError error) {
        if (!fence.tryRetain()) {
            return; // released meanwhile
        }
        if (error == null) {
            context.signal(fence);
        } else {
            context.signal(fence, error);
        }
        fence.release();
    }

    @Override
    protected String driverName(DmaFence of) {
        return "syncobj";
    }

    @Override
    protected String timelineName(DmaFence of) {
        return "promise";
    }

    @Override
    protected void release(DmaFence of) {
        if (event != null) {
            event.cancel();
        }
    }
}
