package org.dmafence.cli;

import java.util.List;
import org.dmafence.driver.IssuerTable;
import org.dmafence.report.Schema;

/**
 * The drivers that there are; the JSON is this record.
 *
 * @param drivers by jar
 */
@Schema("modinfo")
public record ModinfoReport(List<Driver> drivers) {
    /**
     * One driver.
     *
     * @param jar where it is
     */
    public record Driver(
            String name, String version, String licence, String description, String jar, List<Table> tables) {
        static Driver of(DriverJars.Driver driver, List<IssuerTable> tables) {
            return new Driver(
                    driver.info().name(),
                    driver.info().version(),
                    driver.info().licence(),
                    driver.info().description(),
                    driver.jar().toString(),
                    tables.stream()
                            .map(table -> new Table(
                                    table.name(),
                                    IssuerFacts.ops(table),
                                    table.lock().name(),
                                    table.detaches(),
                                    table.independent()))
                            .toList());
        }
    }

    /**
     * An ops table that a driver issues fences with.
     *
     * @param ops the optional ones, in the kernel's order and spelling
     * @param lock {@code INLINE}, {@code OWN} or {@code EXTERNAL}
     * @param detaches whether its fences drop it when they signal
     * @param independent whether they then refer to nothing of the driver
     */
    public record Table(String name, List<String> ops, String lock, boolean detaches, boolean independent) {}
}
