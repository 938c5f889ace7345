package org.dmafence.drivers;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/** The smallest driver there is: names only, and a note of everything the hardware told it. */
class TestRing extends SimulatedRing {
    final List<String> interrupts = new ArrayList<>();
    final FenceContext fences;
    private final RingSlots<DmaFence> slots;

    TestRing(DriverContext context, int slotCount) {
        super(context, new RingSpec("0000:00:02.0", "gfx", "test", slotCount));
        fences = context.newContext("gfx").build();
        slots = new RingSlots<>(slotCount);
    }

    @Override
    protected DmaFence emit(RingJob job, long seqno) {
        DmaFence fence = fences.newFence(new Names(), seqno);
        slots.put(seqno, fence);
        return fence;
    }

    @Override
    protected void retire(long seqno, @Nullable FenceError error) {
        interrupts.add(seqno + (error == null ? "" : error.toString()));
        end(slots.take(seqno), error);
    }

    @Override
    protected void forceCompletion(FenceError error) {
        interrupts.add("force" + error);
        slots.takeAll(emittedSeqno(), fence -> end(fence, error));
    }

    private void end(@Nullable DmaFence fence, @Nullable FenceError error) {
        if (fence != null) {
            if (error == null) {
                fences.signal(fence);
            } else {
                fences.signal(fence, error);
            }
            fence.release();
        }
    }

    private static final class Names extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "test";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "gfx";
        }
    }
}
