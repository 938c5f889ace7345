package org.dmafence.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
     * @param names {@code driver}, {@code driver/table} or {@value #ALL}
     * @throws BadInputException if there is no such driver or table
     * @throws ModuleException if a driver can't be loaded to ask for its tables
     */
    static List<Shim> select(List<String> names, DriverJars jars, Modules modules)
            throws BadInputException, ModuleException {
        Set<Shim> shims = new LinkedHashSet<>();
        for (String name : names) {
            if (name.equals(ALL)) {
                jars.all().forEach(driver -> shims.add(new Shim(driver.info().name(), driver, null)));
            } else if (name.isBlank()) {
                throw new BadInputException("--shims has an empty name; separate names by single commas");
            } else {
                int slash = name.indexOf('/');
                Driver driver = jars.named(slash < 0 ? name : name.substring(0, slash));
                Shim shim = new Shim(name, driver, slash < 0 ? null : name.substring(slash + 1));
                if (slash >= 0) {
                    shim.issuerOf(DriverJars.issuers(driver, modules));
                }
                shims.add(shim);
            }
        }
        return new ArrayList<>(shims);
    }
}
