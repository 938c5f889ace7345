package org.dmafence.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.Markup;
import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            inspect -> ftrace jobs report report.page report.tracks
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
