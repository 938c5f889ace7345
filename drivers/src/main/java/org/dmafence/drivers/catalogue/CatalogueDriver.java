package org.dmafence.drivers.catalogue;

import java.util.List;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;

/** A driver with one ops table, that of a line of the table of issuers. */
public final class CatalogueDriver extends SimulatedDriver {
    private final Issuer issuer;

    /** @param info as the driver is listed */
    public CatalogueDriver(DriverInfo info, Issuer issuer) {
        super(info, List.of(issuer.table()));
        this.issuer = issuer;
    }

    @Override
    protected SimulatedRing newRing(DriverContext context, RingSpec spec, IssuerTable table) {
        return switch (issuer.slug()) {
            case "drm-crtc" -> new CrtcRing(context, spec, issuer);
            case "host1x" -> new Host1xRing(context, spec, issuer);
            case "i915-request" -> new RequestRing(context, spec, issuer);
            case "msm" -> new MsmRing(context, spec, issuer);
            case "nouveau-legacy", "nouveau-uevent" -> new NouveauRing(context, spec, issuer);
            case "qxl" -> new QxlRing(context, spec, issuer);
            case "radeon" -> new RadeonRing(context, spec, issuer);
            case "virtio-gpu" -> new VirtioRing(context, spec, issuer);
            case "vmwgfx" -> new VmwgfxRing(context, spec, issuer);
            case "xe-hw" -> new XeHwRing(context, spec, issuer);
            default -> new CatalogueRing(context, spec, issuer);
        };
    }
}
