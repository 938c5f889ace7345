package org.dmafence.vulkan;

import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;

/** The jar's one driver. */
public final class VulkanProvider implements DriverProvider {
    static final DriverInfo INFO =
            new DriverInfo("vulkan", "1.0", "Apache-2.0", "Jobs on a Vulkan device, by timeline semaphores");

    @Override
    public List<DriverInfo> drivers() {
        return List.of(INFO);
    }

    @Override
    public DriverModule create(String name) {
        if (!name.equals(INFO.name())) {
            throw new IllegalArgumentException("no driver " + name + " in this jar; it has " + INFO.name());
        }
        return new VulkanDriver();
    }
}
