package org.dmafence.i915;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps.Op;
import org.jspecify.annotations.Nullable;

/**
 * The i915 module. Three of its four tables keep their ops after signalling, so it can be unloaded only once their fences are
 * released, or by force.
 */
final class I915Driver implements DriverModule {
    static final DriverInfo INFO = new DriverInfo(
            "i915", "7.2", "Apache-2.0", "Intel graphics: requests with breadcrumbs, custom wait and release");

    private static final List<IssuerTable> ISSUERS = List.of(
            new IssuerTable("request", EnumSet.of(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.WAIT, Op.RELEASE), LockKind.OWN),
            new IssuerTable("work", Set.of(Op.RELEASE), LockKind.OWN),
            new IssuerTable("memcpy", Set.of(), LockKind.OWN),
            new IssuerTable("vma-resource", Set.of(Op.RELEASE), LockKind.OWN));

    private final Queue<HardwareRing> rings = new ConcurrentLinkedQueue<>();
    private @Nullable DriverContext context;

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public List<IssuerTable> issuers() {
        return ISSUERS;
    }

    @Override
    public void init(DriverContext driverContext) {
        context = driverContext;
    }

    @Override
    public HardwareRing openRing(RingSpec spec) {
        DriverContext opened = Objects.requireNonNull(context, "i915 was not initialised");
        HardwareRing ring = switch (spec.issuer()) {
            case "request" -> new I915Ring(opened, spec);
            case "work" -> ChainedFence.workRing(opened, spec);
            case "memcpy" -> new AuxiliaryRing(opened, spec, new MemcpyFence());
            case "vma-resource" -> ChainedFence.vmaResourceRing(opened, spec);
            default ->
                throw new IllegalArgumentException("i915 issues no \"" + spec.issuer() + "\" fences; use one of "
                        + ISSUERS.stream().map(IssuerTable::name).toList());
        };
        rings.add(ring);
        return ring;
    }

    @Override
    public void exit() {
        for (HardwareRing ring = rings.poll(); ring != null; ring = rings.poll()) {
            ring.kill(FenceError.ECANCELED);
        }
    }
}
