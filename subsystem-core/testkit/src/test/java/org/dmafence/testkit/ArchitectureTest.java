package org.dmafence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

/** The test kit knows the core, and nothing else of ours. */
class ArchitectureTest {
    @Test
    void shouldKnowTheCoreAlone() {
        PackageArrows arrows = PackageArrows.of("""
                testkit -> core
                """);

        assertThat(arrows.differences()).isEmpty();
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        assertThat(PackageArrows.unmarked()).isEmpty();
    }
}
