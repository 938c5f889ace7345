package org.dmafence.stress.container;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.FenceChain;
import org.jspecify.annotations.Nullable;

/** Plain fences of one issuer, whose reports nobody reads, and how containers of them are written down as numbers. */
final class Fences {
    static final FenceRuntime RUNTIME =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();
    private static final FenceContext CONTEXT = FenceContext.builder(RUNTIME).build();
    private static final FenceOps OPS = new FenceOps() {
        @Override
        protected String driverName(DmaFence fence) {
            return "driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "timeline";
        }
    };

    private Fences() {}

    static DmaFence fence(long seqno) {
        return CONTEXT.newFence(OPS, seqno);
    }

    static DmaFence signaled(long seqno) {
        DmaFence fence = fence(seqno);
        signal(fence);
        return fence;
    }

    static DmaFence failed(long seqno, FenceError error) {
        DmaFence fence = fence(seqno);
        CONTEXT.signal(fence, error);
        return fence;
    }

    static void signal(DmaFence fence) {
        CONTEXT.signal(fence);
    }

    static void signal(DmaFence fence, FenceError error) {
        CONTEXT.signal(fence, error);
    }

    /** A link that takes over the caller's references. */
    static DmaFence link(@Nullable DmaFence prev, DmaFence fence, long point) {
        return FenceChain.create(prev, fence, point).fence();
    }

    /** 0 for unsignalled, 1 for success, or the error; polls. */
    static int pollStatus(DmaFence fence) {
        return !fence.pollSignaled() ? 0 : fence.errno() == 0 ? 1 : fence.errno();
    }

    /** A callback that counts its runs; plain, so that the core's ordering shows. */
    static final class Count extends FenceCallback {
        int runs;

        @Override
        protected void onSignaled(DmaFence fence) {
            runs++;
        }
    }
}
