package org.dmafence.drivers;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * A driver whose hardware is {@link SimulatedRing}s: looks up the ops table of a ring, and kills its rings when it
 * goes.
 */
public abstract class SimulatedDriver implements DriverModule {
    private final DriverInfo info;
    private final List<IssuerTable> issuers;
    private final List<SimulatedRing> rings = new ArrayList<>();
    private @Nullable DriverContext context;

    /** @param issuers what it issues fences with, that of ordinary jobs first */
    protected SimulatedDriver(DriverInfo info, List<IssuerTable> issuers) {
        this.info = info;
        this.issuers = List.copyOf(issuers);
    }

    /** Makes a ring whose fences have a table of this driver's. */
    protected abstract SimulatedRing newRing(DriverContext driverContext, RingSpec spec, IssuerTable table);

    @Override
    public final DriverInfo info() {
        return info;
    }

    @Override
    public final List<IssuerTable> issuers() {
        return issuers;
    }

    @Override
    public void init(DriverContext driverContext) {
        context = driverContext;
    }

    @Override
    public final SimulatedRing openRing(RingSpec spec) {
        IssuerTable table = issuers.stream()
                .filter(candidate -> candidate.name().equals(spec.issuer()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("driver " + info.name() + " has no ops table \""
                        + spec.issuer() + "\" for ring " + spec.name() + "; it has "
                        + issuers.stream().map(IssuerTable::name).toList()));
        SimulatedRing ring = newRing(context(), spec, table);
        rings.removeIf(SimulatedRing::isKilled);
        rings.add(ring);
        return ring;
    }

    @Override
    public void exit() {
        List<SimulatedRing> open = List.copyOf(rings);
        rings.clear();
        for (SimulatedRing ring : open) { // a lambda would be linked now, by a loader that is about to go
            ring.kill(FenceError.ECANCELED);
        }
    }

    /**
     * What the driver got from the subsystem.
     *
     * @throws IllegalStateException before {@link #init}
     */
    protected final DriverContext context() {
        if (context == null) {
            throw new IllegalStateException("driver " + info.name() + " is not initialised; call init first");
        }
        return context;
    }
}
