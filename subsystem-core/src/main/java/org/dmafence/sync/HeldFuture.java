package org.dmafence.sync;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceStatus;

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
        CompletableFuture<FenceStatus> future = new CompletableFuture<>();
        CompletableFuture<FenceStatus> signaled;
        try {
            signaled = fence.toFuture();
        } catch (RuntimeException | Error e) {
            fence.release();
            throw e;
        }
        CompletableFuture<FenceStatus> unused = signaled.whenComplete((status, error) -> {
            if (error == null || forgiven.test(error)) {
                future.complete(FenceStatus.OK);
            } else {
                future.completeExceptionally(error);
            }
        });
        unused = future.whenComplete((status, error) -> {
            signaled.cancel(
                    false); // first the callback, then perhaps the last reference; a future's stages run last first
            fence.release();
        });
        return future;
    }
}
