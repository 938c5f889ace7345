package org.dmafence.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dmafence.cli.DriverJars.Driver;
import org.dmafence.driver.IssuerTable;
import org.dmafence.module.ModuleException;
import org.dmafence.module.Modules;
import org.jspecify.annotations.Nullable;

/**
 * A driver, and which of its ops tables the fences of its rings have.
 *
 * @param name as it was asked for
 * @param driver the driver
 * @param issuer the table's name, null for that of the driver's ordinary jobs
 */
record Shim(String name, Driver driver, @Nullable String issuer) {
    /**
     * The table among those of the loaded driver.
     *
     * @throws BadInputException if the driver has no such table
     */
    IssuerTable issuerOf(List<IssuerTable> issuers) throws BadInputException {
        for (IssuerTable table : issuers) {
            if (issuer == null || table.name().equals(issuer)) {
                return table;
            }
        }
        if (issuers.isEmpty()) {
            throw new BadInputException("driver " + driver.info().name() + " has no ops table to issue fences with");
        }
        throw new BadInputException("driver " + driver.info().name() + " has no ops table \"" + issuer + "\"; it has "
                + issuers.stream().map(IssuerTable::name).collect(Collectors.joining(", ")));
    }

    /** Stands for every driver there is. */
    static final String ALL = "all";

    /**
     * Those that were asked for, each once.
     *
     * @param names as {@link DriverName} has them, or {@value #ALL} of those that come with the program
     * @param shipped where those lie
     * @throws BadInputException if there is no such driver or table
     * @throws ModuleException if a driver can't be loaded to ask for its tables
     */
    static List<Shim> select(List<String> names, Path shipped, Modules modules)
            throws BadInputException, ModuleException {
        Map<String, Shim> shims = new LinkedHashMap<>();
        for (String written : names) {
            if (written.equals(ALL)) {
                for (Driver driver : DriverJars.scan(shipped, modules).all()) {
                    add(shims, new Shim(driver.info().name(), driver, null));
                }
                continue;
            }
            DriverName name = DriverName.of(written);
            for (Driver driver : DriverJars.find(name, shipped, modules)) {
                String table = name.table();
                Shim shim = new Shim(driver.info().name() + (table == null ? "" : "/" + table), driver, table);
                if (table != null) {
                    shim.issuerOf(DriverJars.issuers(driver, modules));
                }
                add(shims, shim);
            }
        }
        return new ArrayList<>(shims.values());
    }

    /** Reports tell them by name: a driver of the same name in another jar comes with its jar's. */
    private static void add(Map<String, Shim> shims, Shim shim) {
        Shim before = shims.putIfAbsent(shim.name, shim);
        if (before != null && !before.driver.jar().equals(shim.driver.jar())) {
            String name = shim.driver.jar().getFileName() + ":" + shim.name;
            shims.putIfAbsent(name, new Shim(name, shim.driver, shim.issuer));
        }
    }
}
