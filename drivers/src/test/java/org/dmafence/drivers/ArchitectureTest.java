package org.dmafence.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            drivers -> core
            drivers.issuer -> core
            drivers.swsync -> core drivers
            drivers.vgem -> core drivers
            drivers.catalogue -> core drivers drivers.issuer drivers.swsync drivers.vgem
            """);

        assertThat(arrows.differences()).isEmpty();
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        assertThat(PackageArrows.unmarked()).isEmpty();
    }
}
