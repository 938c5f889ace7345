package org.dmafence.amdgpu;

import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;

/** The jar's entry point; it holds {@code amdgpu} and {@code amdgpu-independent}. */
public final class AmdgpuProvider implements DriverProvider {
    private static final DriverInfo TODAY = new DriverInfo(
            "amdgpu", "7.2", "Apache-2.0", "AMD graphics: ring fences with release and a lock in the ring");

    private static final DriverInfo INDEPENDENT = new DriverInfo(
            "amdgpu-independent", "7.2", "Apache-2.0", "AMD graphics: ring fences that outlive their module");

    @Override
    public List<DriverInfo> drivers() {
        return List.of(TODAY, INDEPENDENT);
    }

    @Override
    public DriverModule create(String name) {
        return switch (name) {
            case "amdgpu" -> new AmdgpuDriver(TODAY, false);
            case "amdgpu-independent" -> new AmdgpuDriver(INDEPENDENT, true);
            default ->
                throw new IllegalArgumentException("no driver is called \"" + name + "\" here; this jar holds "
                        + drivers().stream().map(DriverInfo::name).toList());
        };
    }
}
