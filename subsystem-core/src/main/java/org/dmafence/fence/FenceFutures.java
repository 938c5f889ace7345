package org.dmafence.fence;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.dmafence.concurrent.Shortage;
import org.jspecify.annotations.Nullable;

/**
 * Makes a fence of a stage, and the futures of {@link DmaFence#toFuture}. Neither leaves anything behind when the
 * waiting side gives up.
 */
public final class FenceFutures {
    private FenceFutures() {}

    /** What {@link DmaFence#toFuture} does. */
    static CompletableFuture<FenceStatus> toFuture(DmaFence fence) {
        Bridge bridge = new Bridge(fence);
        // Whatever ends the future also ends the bridge; nobody needs the dependent stage. First, for it may fail.
        CompletableFuture<FenceStatus> unused = bridge.future.whenComplete(bridge);
        if (!fence.addCallback(bridge)) {
            bridge.onSignaled(fence);
        }
        return bridge.future;
    }

    /** What a future fails with. Says less where there is no memory for the text. */
    static FenceErrorException failure(Object what, FenceError error) {
        String text;
        try {
            text = what.toString();
        } catch (OutOfMemoryError e) {
            text = "a fence";
        }
        return new FenceErrorException(text, error);
    }

    /**
     * A fence that signals when a stage completes: with success, or with the error of a {@link FenceErrorException}, or
     * with {@code -ECANCELED} for a cancelled stage and {@code -EIO} for any other failure. The stage keeps the fence
     * until it completes: stages can't forget.
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
            context.abandon(fence, FenceError.EIO);
            throw e;
        }
        return fence;
    }

    private static final class Bridge extends FenceCallback
            implements BiConsumer<@Nullable FenceStatus, @Nullable Throwable>, Supplier<Boolean> {
        private final DmaFence fence;
        final CompletableFuture<FenceStatus> future = new CompletableFuture<>();

        Bridge(DmaFence fence) {
            this.fence = fence;
        }

        @Override
        protected void onSignaled(DmaFence signaled) {
            Boolean unused = Shortage.outlast(this); // nobody else completes it
        }

        /** Completes the future, if it is not yet. */
        @Override
        public Boolean get() {
            FenceStatus status = FenceStatus.signaled(fence.errno());
            return status.error() == null
                    ? future.complete(status)
                    : future.completeExceptionally(failure(fence, status.error()));
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
