package org.dmafence.stress;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            stress -> core
            stress.container -> core
            stress.fence -> core
            stress.protocol -> core
            stress.rcu -> core
            stress.resv -> core
            stress.sched -> core
            stress.soak -> core
            stress.sync -> core
            stress.broken -> stress.container stress.protocol stress.resv
            """);

        assertThat(arrows.differences()).isEmpty();
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        assertThat(PackageArrows.unmarked()).isEmpty();
    }
}
