package org.dmafence.i915;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            i915 -> core drivers
            """);

        assertThat(arrows.differences()).isEmpty();
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        assertThat(PackageArrows.unmarked()).isEmpty();
    }
}
