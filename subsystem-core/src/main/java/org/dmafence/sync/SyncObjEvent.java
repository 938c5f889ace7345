package org.dmafence.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dmafence.concurrent.Shortage;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;

/**
 * A listener's registration for a point of a {@link SyncObj}: the listener is told once, when the point is reached or
 * when it is submitted. Kernel counterpart: {@code DRM_IOCTL_SYNCOBJ_EVENTFD}.
 *
 * <p>Keeps no reference to the object: if that is freed while the point is not submitted, the listener is told so
 * instead. A point that was submitted by then is still waited for.
 */
public final class SyncObjEvent {
    /*
     * Overview. `state` is null while the point has no fence, then that fence with a reference, and ENDED as soon as
     * the listener is to be told or nothing is to come: the thread that moves it to ENDED does what is to be done, so
     * that is done once.
     *
     * I1  The fence's reference is dropped where it is learnt that the callback is not on it any more: in finish(),
     *     which runs as the callback or because there was nothing to add, or where the callback was removed.
     * I2  The thread that adds the callback looks at `state` afterwards, one that cancels sets it first: one of the two
     *     finds it on the fence of a cancelled event and takes it off.
     *
     * All writes are CAS; they order nothing but the fence itself.
     */
    private static final Object ENDED = "ended";

    /** Who is told. Runs on the thread that signals, submits or frees, outside any lock; should be short. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The point was reached or, if that was asked for, submitted.
         *
         * @param status how the point's fence stands; {@link FenceStatus#ACTIVE} at most if it was submitted
         */
        void onReached(FenceStatus status);

        /**
         * Nothing will come: the object was freed before anybody submitted the point, or its fence takes no callback.
         */
        default void onFreed() {}
    }

    private final boolean available;
    private final Listener listener;
    private final Waiter waiter;
    private final Signaled callback = new Signaled();
    private @Nullable Object state;

    private SyncObjEvent(SyncObjPoint at, boolean available, Listener listener) {
        this.available = available;
        this.listener = Objects.requireNonNull(listener, "listener");
        waiter = new Waiter(at);
    }

    /** Has a listener told when a point is reached; that may be before this returns. */
    public static SyncObjEvent whenSignaled(SyncObjPoint at, Listener listener) {
        return register(new SyncObjEvent(at, false, listener));
    }

    /** Has a listener told when a point is submitted; that may be before this returns. */
    public static SyncObjEvent whenAvailable(SyncObjPoint at, Listener listener) {
        return register(new SyncObjEvent(at, true, listener));
    }

    private static SyncObjEvent register(SyncObjEvent event) {
        boolean registered = false;
        try {
            event.waiter.at.object().add(event.waiter);
            registered = true;
            return event;
        } finally {
            if (!registered) { // nobody would have it to cancel it
                boolean unused = event.cancel();
            }
        }
    }

    static CompletableFuture<FenceStatus> future(SyncObjPoint at, boolean available) {
        Promise promise = new Promise(at.toString(), available);
        SyncObjEvent event = new SyncObjEvent(at, available, promise);
        // However the future ends, the registration ends with it; nobody needs the dependent stage. First, for it may
        // fail.
        CompletableFuture<FenceStatus> unused = promise.future.whenComplete((status, failure) -> event.cancel());
        register(event);
        return promise.future;
    }

    /**
     * Ends the registration, without waiting for anybody, and leaves nothing on the point's fence.
     *
     * @return true if the listener was still to be told, and now never will
     */
    public boolean cancel() {
        for (; ; ) {
            Object seen = stateAcquire();
            if (seen == ENDED) {
                return false;
            }
            if (casState(seen, ENDED)) {
                if (seen instanceof DmaFence fence) {
                    removeCallback(fence);
                } else {
                    waiter.at.object().remove(waiter);
                }
                return true;
            }
        }
    }

    private void removeCallback(DmaFence fence) {
        if (fence.withdrawCallback(callback)) {
            fence.release(); // I1
        }
    }

    /** The callback is not on the fence, or not any more. */
    private void finish(DmaFence fence) {
        if (casState(fence, ENDED)) {
            tellReached(fence);
        }
        fence.release(); // I1
    }

    /** The callback could not be added. */
    private void fail(DmaFence fence, Throwable e) {
        report("the fence for ", " takes no callback", e);
        if (casState(fence, ENDED)) {
            tellFreed();
        }
        fence.release(); // I1
    }

    /** Throws nothing, as the next two: the rest is still to be done. */
    private void tellReached(DmaFence fence) {
        try {
            listener.onReached(fence.isSignaled() ? Shortage.outlast(fence::status) : FenceStatus.ACTIVE);
        } catch (Throwable e) {
            report("a listener for ", " threw", e);
        }
    }

    private void tellFreed() {
        try {
            listener.onFreed();
        } catch (Throwable e) {
            report("a listener for ", " threw", e);
        }
    }

    private void report(String before, String after, Throwable e) {
        String what;
        try {
            what = before + waiter.at + after;
        } catch (Throwable again) { // no memory for the text
            what = after;
        }
        waiter.at.object().runtime().report(FenceReporter.Kind.CALLBACK_FAILED, what, e);
    }

    private @Nullable Object stateAcquire() {
        return STATE.getAcquire(this); // pairs with casState
    }

    private boolean casState(@Nullable Object expected, Object next) {
        return STATE.compareAndSet(this, expected, next);
    }

    @Override
    public String toString() {
        return "event at " + waiter.at;
    }

    private final class Waiter extends SyncObjWaiter {
        Waiter(SyncObjPoint at) {
            super(at);
        }

        @Override
        boolean isWaiting() {
            return stateAcquire() == null;
        }

        @Override
        boolean accept(DmaFence fence) {
            if (!casState(null, fence)) {
                return false;
            }
            boolean added;
            try {
                added = !available && fence.addCallback(callback);
            } catch (RuntimeException | Error e) {
                fail(fence, e);
                return true;
            }
            if (!added) {
                finish(fence);
            } else if (stateAcquire() == ENDED) { // I2
                removeCallback(fence);
            }
            return true;
        }

        @Override
        void onFreed() {
            if (casState(null, ENDED)) {
                tellFreed();
            }
        }
    }

    private final class Signaled extends FenceCallback {
        @Override
        protected void onSignaled(DmaFence fence) {
            finish(fence);
        }
    }

    /** Told once; nobody but its holder completes the future otherwise. */
    private static final class Promise implements Listener, Supplier<Boolean> {
        final CompletableFuture<FenceStatus> future = new CompletableFuture<>();
        private final String what;
        private final boolean available;
        private FenceStatus outcome = FenceStatus.ACTIVE;
        private @Nullable FenceError error;

        Promise(String what, boolean available) {
            this.what = what;
            this.available = available;
        }

        @Override
        public void onReached(FenceStatus status) {
            outcome = status;
            error = available ? null : status.error();
            Boolean unused = Shortage.outlast(this);
        }

        @Override
        public void onFreed() {
            error = FenceError.ECANCELED;
            Boolean unused = Shortage.outlast(this);
        }

        @Override
        public Boolean get() {
            return error == null
                    ? future.complete(outcome)
                    : future.completeExceptionally(new FenceErrorException(what, error));
        }
    }

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SyncObjEvent.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
