package org.dmafence.fence;

import org.jspecify.annotations.Nullable;

/** Makes fences that are signalled from birth. */
final class FenceStubs extends FenceOps {
    private static final FenceStubs OPS = new FenceStubs();

    private FenceStubs() {}

    static DmaFence allocate(FenceRuntime runtime, long timestampNs, @Nullable FenceError error) {
        FenceContext context =
                FenceContext.builder(runtime).id(0).name("stub").ownerless().build();
        context.bearsSignaled();
        DmaFence stub = context.newFence(OPS, 0);
        stub.enableSignaling();
        if (error != null) {
            context.setError(stub, error);
        }
        context.signalAt(stub, timestampNs);
        return stub;
    }

    @Override
    protected String driverName(DmaFence fence) {
        return "stub";
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return "stub";
    }
}
