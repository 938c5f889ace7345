package org.dmafence.drivers.issuer;

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
import org.dmafence.fence.FenceOps.Op;
import org.jspecify.annotations.Nullable;

/**
 * The {@code issuer} module. Its tables are {@code inline}, {@code external-lock}, {@code release} and {@code wait}; a
 * ring of the name {@code signal-on-exit} signals what it made when the module exits, any other leaves it to the
 * holders of the fences.
 */
public final class IssuerDriver implements DriverModule {
    /** The name of a ring whose fences signal when the module exits. */
    public static final String SIGNAL_ON_EXIT = "signal-on-exit";

    private static final String INLINE = "inline";

    private final DriverInfo info;
    private final List<ManualRing> rings = new ArrayList<>();
    private @Nullable DriverContext context;

    /** @param info as the driver is listed */
    public IssuerDriver(DriverInfo info) {
        this.info = info;
    }

    @Override
    public DriverInfo info() {
        return info;
    }

    @Override
    public List<IssuerTable> issuers() {
        return List.of(
                table(INLINE, LockKind.INLINE),
                table("external-lock", LockKind.EXTERNAL),
                table("release", LockKind.INLINE, Op.RELEASE),
                table("wait", LockKind.INLINE, Op.WAIT));
    }

    private static IssuerTable table(String name, LockKind lock, Op... more) {
        Set<Op> ops = new java.util.HashSet<>(Set.of(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.SET_DEADLINE));
        ops.addAll(List.of(more));
        return new IssuerTable(name, ops, lock);
    }

    @Override
    public void init(DriverContext driverContext) {
        context = driverContext;
    }

    @Override
    public HardwareRing openRing(RingSpec spec) {
        DriverContext driver = context;
        if (driver == null) {
            throw new IllegalStateException("driver " + info.name() + " is not initialised; call init first");
        }
        IssuerTable table = issuers().stream()
                .filter(candidate -> candidate.name().equals(spec.issuer()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "driver " + info.name() + " has no ops table \"" + spec.issuer() + "\""));
        ManualRing ring = new ManualRing(driver, spec, table);
        rings.add(ring);
        return ring;
    }

    @Override
    public void exit() {
        rings.stream().filter(ring -> ring.spec().name().equals(SIGNAL_ON_EXIT)).forEach(ManualRing::signalAll);
        rings.clear();
    }
}
