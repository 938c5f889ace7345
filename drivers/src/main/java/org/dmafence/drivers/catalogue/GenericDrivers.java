package org.dmafence.drivers.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;
import org.dmafence.drivers.issuer.IssuerDriver;
import org.dmafence.drivers.swsync.SwSyncDriver;
import org.dmafence.drivers.vgem.VgemDriver;

/** The drivers of this jar: vgem and sw_sync in full, and one for each other issuer of the kernel. */
public final class GenericDrivers implements DriverProvider {
    private static final String LICENCE = "Apache-2.0";
    private static final String VGEM = "vgem";
    private static final String SW_SYNC = "sw_sync";
    private static final String ISSUER = "issuer";

    private final List<DriverInfo> drivers;

    /** For the service loader. */
    public GenericDrivers() {
        String version =
                Objects.requireNonNullElse(GenericDrivers.class.getPackage().getImplementationVersion(), "unversioned");
        drivers = new ArrayList<>();
        drivers.add(new DriverInfo(SW_SYNC, version, LICENCE, "timelines that software moves"));
        drivers.add(new DriverInfo(ISSUER, version, LICENCE, "fences without hardware, for conformance runs"));
        for (Issuer issuer : Issuers.all()) {
            String quirk = issuer.quirk().isEmpty() ? "" : ": " + issuer.quirk();
            drivers.add(new DriverInfo(issuer.slug(), version, LICENCE, issuer.title() + quirk));
        }
    }

    @Override
    public List<DriverInfo> drivers() {
        return List.copyOf(drivers);
    }

    @Override
    public DriverModule create(String name) {
        DriverInfo info = drivers.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no driver \"" + name + "\" in this jar; it has "
                        + drivers.stream().map(DriverInfo::name).toList()));
        return switch (name) {
            case SW_SYNC -> new SwSyncDriver(info);
            case ISSUER -> new IssuerDriver(info);
            case VGEM -> new VgemDriver(info);
            default -> new CatalogueDriver(info, Issuers.find(name).orElseThrow());
        };
    }
}
