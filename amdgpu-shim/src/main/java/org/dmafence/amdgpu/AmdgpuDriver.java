package org.dmafence.amdgpu;

import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps.Op;

/** The amdgpu module, in either variant. */
final class AmdgpuDriver extends SimulatedDriver {
    private static final IssuerTable RING =
            new IssuerTable("ring", EnumSet.of(Op.ENABLE_SIGNALING, Op.RELEASE), LockKind.EXTERNAL);
    private static final IssuerTable INDEPENDENT_RING =
            new IssuerTable("ring", Set.of(Op.ENABLE_SIGNALING), LockKind.INLINE);

    private final Queue<AmdgpuRing> rings = new ConcurrentLinkedQueue<>();

    AmdgpuDriver(DriverInfo info, boolean independent) {
        super(
                info,
                independent
                        ? List.of(INDEPENDENT_RING)
                        : List.of(
                                RING,
                                new IssuerTable("userq", EnumSet.of(Op.SIGNALED, Op.RELEASE), LockKind.OWN),
                                new IssuerTable("eviction", Set.of(Op.ENABLE_SIGNALING), LockKind.OWN),
                                new IssuerTable("tlb", Set.of(), LockKind.OWN),
                                new IssuerTable(
                                        "kfd-eviction", EnumSet.of(Op.ENABLE_SIGNALING, Op.RELEASE), LockKind.OWN)));
    }

    @Override
    protected SimulatedRing newRing(DriverContext context, RingSpec spec, IssuerTable table) {
        return switch (table.name()) {
            case "ring" -> {
                AmdgpuRing ring = new AmdgpuRing(context, spec, table.independent());
                rings.removeIf(SimulatedRing::isKilled);
                rings.add(ring);
                yield ring;
            }
            case "userq" -> new UserqRing(context, spec, timeline(context, spec));
            case "eviction" ->
                new AmdgpuAuxiliaryRing(context, spec, timeline(context, spec), new EvictionFence(spec.name()));
            case "tlb" -> new AmdgpuAuxiliaryRing(context, spec, timeline(context, spec), new TlbFence());
            case "kfd-eviction" -> new KfdRing(context, spec, timeline(context, spec));
            default -> throw new IllegalArgumentException("amdgpu has no ring for " + table);
        };
    }

    private static FenceContext timeline(DriverContext context, RingSpec spec) {
        return context.newContext(spec.name()).build();
    }

    /**
     * Lets the hardware finish what it can, then forces the rest. Kernel counterpart:
     * {@code amdgpu_fence_driver_hw_fini()}.
     */
    @Override
    public void exit() {
        for (AmdgpuRing ring = rings.poll(); ring != null; ring = rings.poll()) {
            ring.drain();
        }
        super.exit();
    }
}
