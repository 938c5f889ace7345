package org.dmafence.sync;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.dmafence.concurrent.Shortage;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;

/** Futures that keep their fence until they are done. */
final class HeldFuture {
    private HeldFuture() {}

    /**
     * A future of a fence's signalling; cancelling it leaves nothing on the fence.
     *
     * @param fence the caller's reference becomes the future's, or is dropped if this throws
     * @param forgiven which failures count as success
     */
    static CompletableFuture<FenceStatus> of(DmaFence fence, Predicate<Throwable> forgiven) {
        CompletableFuture<FenceStatus> signaled = null;
        boolean held = false;
        try {
            CompletableFuture<FenceStatus> future = new CompletableFuture<>();
            CompletableFuture<FenceStatus> source = fence.toFuture();
            signaled = source;
            CompletableFuture<FenceStatus> unused = future.whenComplete((status, error) -> {
                // First the callback, then perhaps the last reference; a future's stages run last first.
                source.cancel(false);
                fence.release();
            });
            held = true;
            unused = source.whenComplete(new Relay(future, forgiven));
            return future;
        } catch (RuntimeException | Error e) {
            if (signaled != null) {
                signaled.cancel(false);
            }
            if (!held) {
                fence.release();
            }
            throw e;
        }
    }

    /** From the fence's future to ours, which nobody else completes. */
    private static final class Relay
            implements BiConsumer<@Nullable FenceStatus, @Nullable Throwable>, Supplier<Boolean> {
        private final CompletableFuture<FenceStatus> future;
        private final Predicate<Throwable> forgiven;
        private @Nullable Throwable failure;

        Relay(CompletableFuture<FenceStatus> future, Predicate<Throwable> forgiven) {
            this.future = future;
            this.forgiven = forgiven;
        }

        @Override
        public void accept(@Nullable FenceStatus status, @Nullable Throwable error) {
            failure = error == null || isForgiven(error) ? null : error;
            Boolean unused = Shortage.outlast(this);
        }

        private boolean isForgiven(Throwable error) {
            try {
                return forgiven.test(error);
            } catch (Throwable e) { // then the failure counts
                return false;
            }
        }

        @Override
        public Boolean get() {
            return failure == null ? future.complete(FenceStatus.OK) : future.completeExceptionally(failure);
        }
    }
}
