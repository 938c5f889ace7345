package org.example.invert;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** The driver between its loading and its unloading. */
final class InvertDriver implements DriverModule {
    private static final IssuerTable JOBS = new IssuerTable("job", Set.of(), LockKind.INLINE);

    private final List<InvertRing> rings = new ArrayList<>();
    private @Nullable DriverContext context;

    @Override
    public DriverInfo info() {
        return InvertProvider.INFO;
    }

    @Override
    public List<IssuerTable> issuers() {
        return List.of(JOBS); // no release, no wait, no lock of its own: these fences are independent
    }

    @Override
    public void init(DriverContext given) {
        context = given;
    }

    @Override
    public HardwareRing openRing(RingSpec spec) {
        if (context == null || !spec.issuer().equals(JOBS.name())) {
            throw new IllegalArgumentException("no ring with fences of the table " + spec.issuer());
        }
        InvertRing ring = new InvertRing(context.newContext(spec.name()).build(), spec);
        rings.add(ring);
        return ring;
    }

    @Override
    public void exit() {
        for (InvertRing ring : rings) {
            ring.kill(FenceError.ECANCELED); // every fence signals exactly once
        }
        rings.clear();
    }
}
