package org.dmafence.fence;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What runs once when a fence signals. Kernel counterpart: {@code struct dma_fence_cb}.
 *
 * <p>The object is its own list node. From a successful {@link DmaFence#addCallback} until it has run, or has been
 * removed, it belongs to that fence and can be added nowhere else; after that it is free again, and the callback itself
 * may add it to another fence.
 */
public abstract class FenceCallback {
    /**
     * The next node of the fence's circular list; {@code null} while this callback is on no fence. Written and read
     * under the fence's lock bit, or by the one thread that drains the list.
     */
    @Nullable FenceCallback next;

    protected FenceCallback() {}

    /** What runs in the end: whose class it is, its code is. */
    Object foreign() {
        return this;
    }

    /**
     * Whether the callback is on a fence. Of use to the thread that alone adds it: if not, it was never added, or the
     * fence has signalled.
     */
    protected final boolean isLinked() {
        return next != null;
    }

    /** A callback around a function, for callers that carry no state of their own. */
    public static FenceCallback of(Consumer<? super DmaFence> function) {
        return new FunctionCallback(function);
    }

    /**
     * A callback whose function an executor calls, for work that is too long for the signalling thread. An executor
     * that refuses is reported, and the function is then not called. After {@link DmaFence#removeCallback} answered
     * false the call may still be to come.
     *
     * @param function gets the fence with a reference that lasts until it returns; what it throws is reported
     */
    public static FenceCallback on(Executor executor, Consumer<? super DmaFence> function) {
        return new ExecutorCallback(executor, function);
    }

    /**
     * The fence has signalled. Runs on the signalling thread (or on the one whose poll or enabling found the fence
     * done), outside any lock of the core, after {@link DmaFence#isSignaled()} became true and in the order of adding,
     * waiters first. A poll that signals a container signals what it polls, and runs callbacks, inside a read section
     * of the runtime. It should be short; it may release references, add or remove callbacks (this one too) and signal
     * other fences. What it throws is reported and swallowed.
     */
    protected abstract void onSignaled(DmaFence fence);

    /**
     * Has {@link #onDeferred} run on this thread once it has left the callbacks and enable ops it is in, the one
     * deferred last first; called from {@link #onSignaled}. Until then the callback can be added nowhere. Kernel
     * counterpart: {@code irq_work_queue()}, which runs its work when interrupts are enabled again.
     *
     * @param fence the one whose callbacks run
     */
    protected final void defer(DmaFence fence) {
        Signaler signaler = Signaler.current();
        FenceLedger.beginDeferred(this);
        boolean deferred = false;
        try {
            signaler.defer(this, fence.runtime());
            deferred = true;
        } finally {
            if (!deferred) {
                FenceLedger.endDeferred(this);
            }
        }
        signaler.runDeferred();
    }

    /** What {@link #defer} put off. What it throws is reported and swallowed. */
    protected void onDeferred() {}

    private static final class FunctionCallback extends FenceCallback {
        private final Consumer<? super DmaFence> function;

        FunctionCallback(Consumer<? super DmaFence> function) {
            this.function = java.util.Objects.requireNonNull(function, "function");
        }

        @Override
        Object foreign() {
            return function;
        }

        @Override
        protected void onSignaled(DmaFence fence) {
            function.accept(fence);
        }
    }
}
