package org.dmafence.fence;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has an executor call a function, with a reference to the fence for as long as that takes. */
final class ExecutorCallback extends FenceCallback {
    private final Executor executor;
    private final Consumer<? super DmaFence> function;

    ExecutorCallback(Executor executor, Consumer<? super DmaFence> function) {
        this.executor = Objects.requireNonNull(executor, "executor");
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    Object foreign() {
        return function;
    }

    @Override
    protected void onSignaled(DmaFence fence) {
        Delivery delivery = new Delivery(function, fence);
        try {
            executor.execute(delivery);
        } catch (Throwable e) {
            delivery.cancel();
            throw e; // reported where callbacks are run
        }
    }

    /** One call, however often the executor runs it, or throws besides. */
    private static final class Delivery implements Runnable {
        private final Consumer<? super DmaFence> function;
        private final AtomicReference<@Nullable DmaFence> slot;

        /**
         * The last release may be what signals the fence; then there is no reference to take, and nothing to keep from
         * going.
         */
        private final boolean retained;

        Delivery(Consumer<? super DmaFence> function, DmaFence fence) {
            this.function = function;
            slot = new AtomicReference<>(fence);
            retained = fence.tryRetain();
        }

        @Override
        public void run() {
            DmaFence fence = slot.getAndSet(null);
            if (fence == null) {
                return;
            }
            try {
                FenceCalls.delivered(function, fence);
            } finally {
                release(fence);
            }
        }

        void cancel() {
            DmaFence fence = slot.getAndSet(null);
            if (fence != null) {
                release(fence);
            }
        }

        private void release(DmaFence fence) {
            if (retained) {
                fence.release();
            }
        }
    }
}
