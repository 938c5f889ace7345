package org.dmafence.amdgpu;

import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.OneByOneRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;

/** The eviction fences of one compute process; its death takes the process along. */
final class KfdRing extends OneByOneRing {
    private final KfdEvictionFence table;

    KfdRing(DriverContext context, RingSpec spec, FenceContext fences) {
        this(context, spec, fences, new KfdEvictionFence(spec.name(), fences));
    }

    private KfdRing(DriverContext context, RingSpec spec, FenceContext fences, KfdEvictionFence table) {
        super(context, spec, fences);
        this.table = table;
    }

    KfdEvictionFence table() {
        return table;
    }

    @Override
    protected DmaFence newFence(FenceContext timeline, long seqno) {
        table.grabMemory();
        return timeline.newFence(table, seqno);
    }

    @Override
    protected void forceCompletion(FenceError error) {
        table.endProcess();
        super.forceCompletion(error);
    }
}
