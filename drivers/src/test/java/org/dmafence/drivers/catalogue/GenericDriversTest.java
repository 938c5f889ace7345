package org.dmafence.drivers.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.ServiceLoader;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.junit.jupiter.api.Test;

class GenericDriversTest {
    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(DriverProvider.class)).hasOnlyElementsOfType(GenericDrivers.class);
    }

    @Test
    void shouldListEveryIssuerAndSwSyncOnce() {
        List<DriverInfo> drivers = new GenericDrivers().drivers();

        assertThat(drivers).hasSize(45).extracting(DriverInfo::name).doesNotHaveDuplicates();
        assertThat(drivers).extracting(DriverInfo::name).contains("sw_sync", "vgem", "xe-hw", "virtio-gpu");
        assertThat(drivers).extracting(DriverInfo::licence).containsOnly("Apache-2.0");
        assertThat(drivers)
                .allSatisfy(info -> assertThat(
                                new GenericDrivers().create(info.name()).info())
                        .isEqualTo(info));
    }

    @Test
    void shouldNameTheDriversWhenAskedForAnother() {
        assertThatThrownBy(() -> new GenericDrivers().create("matrox"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("matrox")
                .hasMessageContaining("nouveau-legacy");
    }

    @Test
    void shouldNameTheTablesWhenARingAsksForAnother() {
        DriverModule driver = new GenericDrivers().create("msm");
        driver.init(new DriverTestContext());

        assertThatThrownBy(() -> driver.openRing(new RingSpec("dev", "gfx", "request", 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("request")
                .hasMessageContaining("[msm]");
    }

    @Test
    void shouldRefuseARingWhenNotInitialised() {
        assertThatThrownBy(() -> new GenericDrivers().create("msm").openRing(new RingSpec("dev", "gfx", "msm", 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("init");
    }
}
