package org.dmafence.workload;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/** The ring of a driver that signals what it is told to. */
final class ToldRing implements HardwareRing {
    private final RingSpec spec;
    private final FenceContext context;
    private final Map<Long, DmaFence> fences = new LinkedHashMap<>();
    private long seqno;

    /** The most jobs it had at a time. */
    int most;

    ToldRing(FenceRuntime runtime, RingSpec spec) {
        this.spec = spec;
        context = FenceContext.builder(runtime).name("test").build();
    }

    private static final class Names extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "test";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "ring";
        }
    }

    @Override
    public RingSpec spec() {
        return spec;
    }

    @Override
    public DmaFence submit(RingJob job) {
        DmaFence fence = context.newFence(new Names(), ++seqno);
        fences.put(job.id(), fence);
        most = Math.max(most, fences.size());
        return fence.retain();
    }

    @Override
    public long advance(long nowNs) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        DmaFence fence = fences.remove(jobId);
        if (fence == null) {
            return false;
        }
        if (error != null) {
            context.setError(fence, error);
        }
        context.signal(fence);
        fence.release();
        return true;
    }

    @Override
    public void kill(FenceError error) {
        List.copyOf(fences.keySet()).forEach(job -> complete(job, error));
    }

    @Override
    public int inFlight() {
        return fences.size();
    }
}
