package org.dmafence.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            fuzz.driver -> core
            fuzz -> core fuzz.driver report
            fuzz.format -> fuzz
            """);

        assertThat(arrows.differences()).isEmpty();
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        assertThat(PackageArrows.unmarked()).isEmpty();
    }
}
