package org.dmafence.driver;

import java.util.Objects;

/**
 * What {@code modinfo} prints of a driver.
 *
 * @param name unique among loaded modules, such as {@code i915}
 * @param version the driver's own version
 * @param licence an SPDX identifier
 * @param description one line
 */
public record DriverInfo(String name, String version, String licence, String description) {
    public DriverInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(description, "description");
    }
}
