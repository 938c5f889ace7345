package org.dmafence.fence;

/** What stands for the ops of a module that is gone. */
final class TestTombstone extends FenceOps {
    TestTombstone() {
        super(Op.RELEASE);
    }

    @Override
    protected String driverName(DmaFence fence) {
        throw new ModuleGoneException("i10", "driverName", fence.toString());
    }

    @Override
    protected String timelineName(DmaFence fence) {
        throw new ModuleGoneException("i10", "timelineName", fence.toString());
    }

    @Override
    protected void release(DmaFence fence) {
        throw new ModuleGoneException("i10", "release", fence.toString());
    }
}
