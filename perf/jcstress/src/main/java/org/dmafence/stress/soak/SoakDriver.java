package org.dmafence.stress.soak;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps.Op;
import org.jspecify.annotations.Nullable;

/**
 * The driver that is unloaded under its fences. Its class is put into a jar and loaded from there: from the class path
 * it could never be unloaded.
 */
public final class SoakDriver implements DriverProvider, DriverModule {
    static final String NAME = "soak";

    /** Detaches when it signals. */
    static final String PLAIN = "plain";

    /** Stays attached until the last release. */
    static final String KEPT = "kept";

    private @Nullable DriverContext context;

    @Override
    public List<DriverInfo> drivers() {
        return List.of(info());
    }

    @Override
    public DriverModule create(String name) {
        return this;
    }

    @Override
    public DriverInfo info() {
        return new DriverInfo(NAME, "1", "Apache-2.0", "is unloaded under its fences");
    }

    @Override
    public List<IssuerTable> issuers() {
        return List.of(
                new IssuerTable(PLAIN, Set.of(), IssuerTable.LockKind.INLINE),
                new IssuerTable(KEPT, Set.of(Op.RELEASE), IssuerTable.LockKind.INLINE));
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
        SoakOps ops = spec.issuer().equals(KEPT) ? new SoakOps(Op.RELEASE) : new SoakOps();
        return new Ring(spec, given.newContext(spec.name()).build(), ops);
    }

    @Override
    public void exit() {
        context = null; // what is in flight is left to the unloading
    }

    private static final class Ring implements HardwareRing {
        private final RingSpec spec;
        private final FenceContext fences;
        private final SoakOps ops;
        private final Map<Long, DmaFence> inFlight = new ConcurrentHashMap<>();

        Ring(RingSpec spec, FenceContext fences, SoakOps ops) {
            this.spec = spec;
            this.fences = fences;
            this.ops = ops;
        }

        @Override
        public RingSpec spec() {
            return spec;
        }

        @Override
        public DmaFence submit(RingJob job) {
            DmaFence fence = fences.newFence(ops, job.id());
            inFlight.put(job.id(), fence); // the ledger keeps it until it signals; the reference is the caller's
            return fence;
        }

        @Override
        public long advance(long nowNs) {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean complete(long jobId, @Nullable FenceError error) {
            DmaFence fence = inFlight.remove(jobId);
            if (fence == null) {
                return false;
            }
            if (error == null) {
                fences.signal(fence);
            } else {
                fences.signal(fence, error);
            }
            return true;
        }

        @Override
        public void kill(FenceError error) {
            inFlight.keySet().forEach(id -> complete(id, error));
        }

        @Override
        public int inFlight() {
            return inFlight.size();
        }
    }
}
