package org.dmafence.stress.fence;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;

/** A driver whose fences note what the core asks of it; one context for the whole JVM, and nobody reads the reports. */
final class StressIssuer {
    static final FenceRuntime RUNTIME =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();
    static final FenceContext CONTEXT = FenceContext.builder(RUNTIME).build();

    private StressIssuer() {}

    /** A fence without optional ops. */
    static DmaFence fence() {
        return CONTEXT.newFence(new Ops(), 1);
    }

    static DmaFence fence(FenceOps ops) {
        return CONTEXT.newFence(ops, 1);
    }

    /** A table that counts; plain fields, so that the core's ordering shows. */
    static final class Ops extends FenceOps {
        int enabledUnsignaled;
        int enabledSignaled;
        int releases;

        Ops(Op... implemented) {
            super(implemented);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "timeline";
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            if (fence.isSignaled()) {
                enabledSignaled++;
            } else {
                enabledUnsignaled++;
            }
            return true;
        }

        @Override
        protected void release(DmaFence fence) {
            releases++;
        }
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
