package org.dmafence.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.rules.Markup;
import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
            fairness
            capture
            capture.text -> capture
            capture.wrap -> capture
            capture.tracedat -> capture capture.text
            capture.perfetto -> capture
            capture.jfr -> capture
            ftrace -> capture capture.jfr capture.perfetto capture.text capture.tracedat capture.wrap
            jobs -> ftrace
            replay -> actors core fairness ftrace jobs
            workload -> core fairness testkit
            departure -> core report
            compare -> core departure fairness ftrace jobs replay report report.page workload
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
