package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;

final class LimitedReporterTest {
    private final List<String> told = new ArrayList<>();
    private final FenceReporter reporter =
            FenceReporter.limited((kind, message, cause) -> told.add(kind + ": " + message));

    @Test
    void shouldTellTheFirstInFullAndCountTheRest() {
        for (int job = 1; job <= 1234; job++) {
            reporter.report(Kind.OP_FAILED, "submit of job " + job + " ends with -EIO: Broken\n\tat a\n\tat b", null);
        }
        assertThat(told)
                .containsExactly(
                        "OP_FAILED: submit of job 1 ends with -EIO: Broken\n\tat a\n\tat b",
                        "OP_FAILED: submit of job 2 ends with -EIO: Broken\n\tat a\n\tat b",
                        "OP_FAILED: submit of job 3 ends with -EIO: Broken\n\tat a\n\tat b",
                        "OP_FAILED: submit of job 10 ends with -EIO: Broken (report 10 of this kind; most are left out)",
                        "OP_FAILED: submit of job 100 ends with -EIO: Broken (report 100 of this kind; most are left out)",
                        "OP_FAILED: submit of job 1000 ends with -EIO: Broken (report 1000 of this kind; most are left out)");
    }

    @Test
    void shouldTellEachCause() {
        for (int i = 0; i < 9; i++) {
            reporter.report(Kind.WARN, "a " + i, null);
            reporter.report(Kind.WARN, "b " + i, null);
            reporter.report(Kind.OP_FAILED, "a " + i, null);
        }
        assertThat(told).hasSize(9);
    }

    @Test
    void shouldRememberAFewCausesOnly() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i <= LimitedReporter.CAUSES; i++) {
                reporter.report(Kind.WARN, "a".repeat(1 + i % 190) + "b".repeat(i / 190), null);
            }
        }
        assertThat(told).as("each was forgotten before it came again").hasSize(5 * (LimitedReporter.CAUSES + 1));
    }
}
