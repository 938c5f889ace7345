package org.dmafence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each incident is reported before anything hangs, and its fix is silent. */
class LockdepIncidentTest {
    @ParameterizedTest
    @CsvSource({
        "KILL_JOBS_DEPENDENCIES, POSSIBLE_DEADLOCK",
        "KILL_JOBS_SHARED_LOCK, POSSIBLE_RECURSION",
        "ARRAY_LOCK_INVERSION, POSSIBLE_DEADLOCK",
        "MSM_SHRINKER, POSSIBLE_DEADLOCK",
        "VGEM_RELEASE, BLOCKING_IN_READ_SECTION",
        "NO_HANG_LEAK, HELD_AT_END",
        "ACTOR_BEHIND_A_FENCE, POSSIBLE_DEADLOCK"
    })
    void shouldReportTheBrokenForm(LockdepIncident incident, Kind kind) {
        assertThat(incident.broken()).singleElement().satisfies(report -> {
            assertThat(report.kind()).isEqualTo(kind);
            assertThat(report.text()).contains("LockdepIncident");
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindNothingInTheFixedForm(LockdepIncident incident) {
        assertThat(incident.fixed()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldReportTheBrokenFormAgainInATrialOfItsOwn(LockdepIncident incident) {
        assertThat(incident.broken()).hasSameSizeAs(incident.broken());
    }

    @Test
    void shouldShowTheShrinkersHalfOfTheCircle() {
        LockdepReport report = LockdepIncident.MSM_SHRINKER.broken().get(0);
        assertThat(report.circle())
                .as("the wait in the shrinker is a shorter way than the order known from the start")
                .extracting(link -> link.from().what())
                .containsExactly("dma_fence_map (read)", "fs_reclaim");
    }

    @Test
    void shouldNameTheActorAndWhatItTookBefore() {
        LockdepReport report = LockdepIncident.ACTOR_BEHIND_A_FENCE.broken().get(0);
        assertThat(report.circle().get(0).who()).startsWith("actor /engine, handling Doorbell on thread ");
        assertThat(report.circle())
                .extracting(link -> link.from().what())
                .containsExactly("fence incident gfx", "submit lock");
    }
}
