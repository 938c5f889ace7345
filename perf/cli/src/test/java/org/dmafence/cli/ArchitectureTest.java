package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.Markup;
import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            unload -> compare departure report report.page
            cli -> actors bench bench.report compare conform conform.report core departure ftrace fuzz fuzz.format inspect profile race race.incident race.scenario \
                replay report report.page testkit unload workload
            """);

        assertThat(arrows.differences()).isEmpty();
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        assertThat(PackageArrows.unmarked()).isEmpty();
    }

    @Test
    void shouldLeaveMarkupToTheKit() {
        assertThat(Markup.unescaped()).isEmpty();
    }
}
