package org.dmafence.fence;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bridges between fences and futures, both ways, that leave nothing behind when the waiting side gives up.
 */
public final class FenceFutures {
    private FenceFutures() {}

    /**
     * A future of the fence's signalling. It is completed on the signalling thread; use the {@code Async} stages for anything
     * longer than a hand-over. Cancelling it, completing it early or letting it time out takes the callback off the fence,
     * without waiting for anybody.
     *
     * @param fence borrowed: who has the future keeps a reference until it is done, as for any callback
     * @return completes with the fence's status: success normally, an error as {@link FenceErrorException}, which {@code join}
     *     throws and dependent stages get as it is, and which {@code get} wraps in an {@code ExecutionException}
     */
    public static CompletableFuture<FenceStatus> toFuture(DmaFence fence) {
        Bridge bridge = new Bridge(fence);
        if (!fence.addCallback(bridge)) {
            bridge.onSignaled(fence);
        } else {
            // Whatever ends the future also ends the bridge; nobody needs the dependent stage.
            CompletableFuture<FenceStatus> unused = bridge.future.whenComplete(bridge);
        }
        return bridge.future;
    }

    /**
     * A fence that signals when a stage completes: with success, or with the error of a {@link FenceErrorException}, or with
     * {@code -ECANCELED} for a cancelled stage and {@code -EIO} for any other failure. The stage keeps the fence until it
     * completes: stages can't forget.
     *
     * @param context the issuer's end that makes the fence
     */
    public static DmaFence fromStage(FenceContext context, FenceOps ops, long seqno, CompletionStage<?> stage) {
        Objects.requireNonNull(stage, "stage");
        DmaFence fence = context.newFence(ops, seqno);
        try {
            stage.whenComplete((value, failure) -> {
                if (failure == null) {
                    context.signal(fence);
                } else {
                    context.signal(fence, FenceError.ofThrown(failure));
                }
            });
        } catch (RuntimeException | Error e) {
            context.signal(fence, FenceError.EIO); // nobody has it yet, but the issuer's ledger does
            throw e;
        }
        return fence;
    }

    private static final class Bridge extends FenceCallback
            implements BiConsumer<@Nullable FenceStatus, @Nullable Throwable> {
        private final DmaFence fence;
        final CompletableFuture<FenceStatus> future = new CompletableFuture<>();

        Bridge(DmaFence fence) {
            this.fence = fence;
        }

        @Override
        protected void onSignaled(DmaFence signaled) {
            FenceStatus status = FenceStatus.signaled(signaled.errno());
            if (status.error() == null) {
                future.complete(status);
            } else {
                future.completeExceptionally(new FenceErrorException(signaled.toString(), status.error()));
            }
        }

        /** The future ended: if not by the fence, the callback comes off it. */
        @Override
        public void accept(@Nullable FenceStatus status, @Nullable Throwable failure) {
            if (!fence.isSignaled()) {
                fence.withdraw(this);
            }
        }
    }
}
