package org.dmafence.i915;

import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;

/** The jar's entry point; it holds one driver, {@code i915}. */
public final class I915Provider implements DriverProvider {
    @Override
    public List<DriverInfo> drivers() {
        return List.of(I915Driver.INFO);
    }

    @Override
    public DriverModule create(String name) {
        if (!name.equals(I915Driver.INFO.name())) {
            throw new IllegalArgumentException(
                    "no driver is called \"" + name + "\" here; this jar holds " + I915Driver.INFO.name());
        }
        return new I915Driver();
    }
}
