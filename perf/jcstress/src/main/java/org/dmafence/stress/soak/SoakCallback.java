package org.dmafence.stress.soak;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;

/** A callback that writes down in the batch that it ran. */
final class SoakCallback extends FenceCallback {
    private final SoakBatch batch;
    private final int slot;

    SoakCallback(SoakBatch batch, int slot) {
        this.batch = batch;
        this.slot = slot;
    }

    @Override
    protected void onSignaled(DmaFence fence) {
        batch.onCallback(slot, fence);
    }
}
