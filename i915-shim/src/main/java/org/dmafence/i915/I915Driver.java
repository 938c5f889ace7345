package org.dmafence.i915;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.FenceOps.Op;

/**
 * The i915 module. Three of its four tables keep their ops after signalling, so it can be unloaded only once their
 * fences are released, or by force.
 */
final class I915Driver extends SimulatedDriver {
    static final DriverInfo INFO = new DriverInfo(
            "i915", "7.2", "Apache-2.0", "Intel graphics: requests with breadcrumbs, custom wait and release");

    I915Driver() {
        super(
                INFO,
                List.of(
                        new IssuerTable(
                                "request",
                                EnumSet.of(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.WAIT, Op.RELEASE),
                                LockKind.OWN),
                        new IssuerTable("work", Set.of(Op.RELEASE), LockKind.OWN),
                        new IssuerTable("memcpy", Set.of(), LockKind.OWN),
                        new IssuerTable("vma-resource", Set.of(Op.RELEASE), LockKind.OWN)));
    }

    @Override
    protected SimulatedRing newRing(DriverContext context, RingSpec spec, IssuerTable table) {
        return switch (table.name()) {
            case "request" -> new I915Ring(context, spec);
            case "work" -> new I915AuxiliaryRing(context, spec, ChainedFence.work(spec.name()));
            case "memcpy" -> new I915AuxiliaryRing(context, spec, new MemcpyFence());
            case "vma-resource" -> new I915AuxiliaryRing(context, spec, ChainedFence.vmaResource());
            default -> throw new IllegalArgumentException("i915 has no ring for " + table);
        };
    }
}
