package org.dmafence.driver;

import java.util.List;

/**
 * The entry point of a driver's jar, found by {@link java.util.ServiceLoader} in the jar's own class loader. One jar
 * may hold several drivers.
 */
public interface DriverProvider {
    /** The drivers this jar can make. */
    List<DriverInfo> drivers();

    /**
     * Makes one driver, not yet initialised.
     *
     * @param name one of the names in {@link #drivers()}
     * @throws IllegalArgumentException for any other name
     */
    DriverModule create(String name);
}
