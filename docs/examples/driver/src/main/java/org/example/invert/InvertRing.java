package org.example.invert;

import java.util.ArrayDeque;
import java.util.Deque;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/**
 * Inverts the buffers of its jobs, in order. The engine calls everything but {@link #kill}, which may come from any
 * thread.
 */
final class InvertRing implements HardwareRing {
    private record Started(RingJob job, DmaFence fence) {}

    private final FenceContext timeline;
    private final RingSpec spec;
    private final InvertOps ops;
    private final Deque<Started> started = new ArrayDeque<>();
    private long seqno;
    private boolean killed;

    InvertRing(FenceContext timeline, RingSpec spec) {
        this.timeline = timeline;
        this.spec = spec;
        ops = new InvertOps(spec.name());
    }

    @Override
    public RingSpec spec() {
        return spec;
    }

    @Override
    public synchronized DmaFence submit(RingJob job) {
        if (killed || started.size() == spec.slots()) {
            throw new IllegalStateException("ring " + spec.name() + (killed ? " was killed" : " is full"));
        }
        DmaFence fence = timeline.newFence(ops, ++seqno);
        started.add(new Started(job, fence));
        return fence.retain(); // one reference is ours, one the caller's
    }

    @Override
    public long advance(long nowNs) {
        for (Started next = takeDone(); next != null; next = takeDone()) {
            end(next, invert(next.job));
        }
        return Long.MAX_VALUE; // nothing becomes due by time alone
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        if (!has(jobId)) {
            return false;
        }
        for (Started next = take(); next != null; next = take()) {
            boolean last = next.job.id() == jobId;
            end(next, last ? error : next.job.error());
            if (last) {
                break;
            }
        }
        return true;
    }

    @Override
    public void kill(FenceError error) {
        synchronized (this) {
            killed = true;
        }
        for (Started next = take(); next != null; next = take()) {
            end(next, error);
        }
    }

    @Override
    public synchronized int inFlight() {
        return started.size();
    }

    private synchronized boolean has(long jobId) {
        return started.stream().anyMatch(each -> each.job.id() == jobId);
    }

    private synchronized @Nullable Started take() {
        return started.poll();
    }

    /** The oldest job, unless somebody else says when it ends, or it hangs. */
    private synchronized @Nullable Started takeDone() {
        Started oldest = started.peek();
        boolean waits = oldest == null
                || oldest.job.durationNs() == RingJob.EXTERNAL
                || oldest.job.durationNs() == RingJob.HANG;
        return waits ? null : started.poll();
    }

    private static @Nullable FenceError invert(RingJob job) {
        if (!(job.payload() instanceof byte[] buffer)) {
            return FenceError.EINVAL;
        }
        for (int i = 0; i < buffer.length; i++) {
            buffer[i] = (byte) ~buffer[i];
        }
        return job.error();
    }

    /** Never under the ring's lock: the fence's callbacks run in here. */
    private void end(Started job, @Nullable FenceError error) {
        if (error == null) {
            timeline.signal(job.fence);
        } else {
            timeline.signal(job.fence, error);
        }
        job.fence.release();
    }

    /** The names, and nothing else. */
    private static final class InvertOps extends FenceOps {
        private final String ring;

        InvertOps(String ring) {
            this.ring = ring;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "invert";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return ring;
        }
    }
}
