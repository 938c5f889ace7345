package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            actors.inbox -> core
            actors -> actors.inbox core
            """);

        assertThat(arrows.differences()).isEmpty();
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        assertThat(PackageArrows.unmarked()).isEmpty();
    }
}
