package org.dmafence.vulkan;

import java.util.concurrent.atomic.AtomicBoolean;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;

/** Holds a job until a fence signals that this device can't wait for. */
final class ForeignWait extends FenceCallback {
    private final VulkanRing ring;
    private final VulkanJob job;
    private final DmaFence fence;
    private final AtomicBoolean over = new AtomicBoolean();

    private ForeignWait(VulkanRing ring, VulkanJob job, DmaFence fence) {
        this.ring = ring;
        this.job = job;
        this.fence = fence;
    }

    /** Takes a reference for as long as it waits. The caller has a hold of its own on the job. */
    static void add(VulkanRing ring, VulkanJob job, DmaFence fence) {
        if (!fence.tryRetain()) {
            return; // freed: nobody will ever signal it
        }
        ForeignWait wait = new ForeignWait(ring, job, fence);
        job.hold();
        job.awaits(wait);
        if (!fence.addCallback(wait)) {
            wait.end();
        }
    }

    @Override
    protected void onSignaled(DmaFence signaled) {
        end();
    }

    void withdraw() {
        if (fence.withdrawCallback(this)) {
            end();
        }
    }

    private void end() {
        if (over.compareAndSet(false, true)) {
            if (job.letGo()) {
                ring.pump();
            }
            fence.release();
        }
    }
}
