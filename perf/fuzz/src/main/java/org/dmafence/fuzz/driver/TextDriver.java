package org.dmafence.fuzz.driver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/** As little of a driver as can be: jobs end when told, in their order. */
final class TextDriver implements DriverModule {
    private final DriverInfo info;
    private @Nullable DriverContext context;

    TextDriver(DriverInfo info) {
        this.info = info;
    }

    @Override
    public DriverInfo info() {
        return info;
    }

    @Override
    public List<IssuerTable> issuers() {
        return List.of(new IssuerTable("ring", Set.of(), IssuerTable.LockKind.INLINE));
    }

    @Override
    public void init(DriverContext given) {
        context = given;
    }

    @Override
    public HardwareRing openRing(RingSpec spec) {
        DriverContext given = context;
        if (given == null) {
            throw new IllegalStateException("a ring before init");
        }
        return new Ring(spec, given.newContext(spec.name()).build());
    }

    @Override
    public void exit() {
        context = null;
    }

    /** A job and its fence. */
    private record InFlight(long job, DmaFence fence) {}

    private static final class Ops extends FenceOps {
        private final String name;

        Ops(String name) {
            this.name = name;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "text";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return name;
        }
    }

    private static final class Ring implements HardwareRing {
        private final RingSpec spec;
        private final FenceContext fences;
        private final Deque<InFlight> inFlight = new ArrayDeque<>();
        private long seqno;

        Ring(RingSpec spec, FenceContext fences) {
            this.spec = spec;
            this.fences = fences;
        }

        @Override
        public RingSpec spec() {
            return spec;
        }

        @Override
        public synchronized @Nullable DmaFence submit(RingJob job) {
            DmaFence fence = fences.newFence(new Ops(spec.name()), ++seqno);
            inFlight.add(new InFlight(job.id(), fence.retain()));
            return fence;
        }

        @Override
        public long advance(long nowNs) {
            return Long.MAX_VALUE;
        }

        @Override
        public synchronized boolean complete(long jobId, @Nullable FenceError error) {
            boolean any = false;
            while (!inFlight.isEmpty() && inFlight.getFirst().job() <= jobId) {
                end(inFlight.removeFirst().fence(), error);
                any = true;
            }
            return any;
        }

        @Override
        public synchronized void kill(FenceError error) {
            while (!inFlight.isEmpty()) {
                end(inFlight.removeFirst().fence(), error);
            }
        }

        private void end(DmaFence fence, @Nullable FenceError error) {
            if (error == null) {
                fences.signal(fence);
            } else {
                fences.signal(fence, error);
            }
            fence.release();
        }

        @Override
        public synchronized int inFlight() {
            return inFlight.size();
        }
    }
}
