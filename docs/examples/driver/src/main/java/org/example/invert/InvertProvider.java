package org.example.invert;

import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;

/** What the jar offers: one driver. */
public final class InvertProvider implements DriverProvider {
    static final DriverInfo INFO = new DriverInfo("invert", "1.0", "Apache-2.0", "Inverts the bytes of buffers");

    @Override
    public List<DriverInfo> drivers() {
        return List.of(INFO);
    }

    @Override
    public DriverModule create(String name) {
        if (!name.equals(INFO.name())) {
            throw new IllegalArgumentException("no driver " + name + " in this jar");
        }
        return new InvertDriver();
    }
}
