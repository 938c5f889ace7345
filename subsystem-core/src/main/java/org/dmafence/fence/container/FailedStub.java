package org.dmafence.fence.container;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;

/**
 * What is left of fences that had all signalled when they were merged, some with an error. Declares {@code release}
 * only to stay attached, since it has the causes; it belongs to no driver, so that keeps nobody.
 */
final class FailedStub extends FenceOps {
    private static final String NAME = "stub";

    private final FenceCauses causes;

    private FailedStub(FenceCauses causes) {
        super(Op.RELEASE);
        this.causes = causes;
    }

    static DmaFence allocate(FenceRuntime runtime, long timestampNs, Failure failure) {
        FenceContext context =
                FenceContext.builder(runtime).id(0).name(NAME).ownerless().build();
        DmaFence stub = context.newFence(new FailedStub(failure.causes()), 0);
        stub.enableSignaling();
        context.setError(stub, failure.error());
        context.signalAt(stub, timestampNs);
        return stub;
    }

    FenceCauses causes() {
        return causes;
    }

    @Override
    protected String driverName(DmaFence fence) {
        return NAME;
    }

    @Override
    protected String timelineName(DmaFence fence) {
        return NAME;
    }

    @Override
    protected void release(DmaFence fence) {}
}
