package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmafence.profile.ProfileReport.Check;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdTest {
    private final ProfileReport report = Example.of("i915", 10, true).report();
    private final FinePercentiles whole = report.shims().get(0).edge(Edge.WHOLE);

    @ParameterizedTest
    @CsvSource({
        "p50>0ns, false",
        "p50<0ns, true",
        "max>=1s, true",
        "max<1s, false",
        "whole.mean > 1ns, false",
        "rate<=10M/s, false",
        "rate>10M/s, true",
    })
    void shouldHoldWhatWasFoundAgainstTheLimit(String written, boolean held) {
        Check check = only(written);

        assertThat(check.held()).as(check.toString()).isEqualTo(held);
        assertThat(check.shim()).isEqualTo("i915");
        assertThat(report.with(java.util.List.of(check)).sound(false)).isEqualTo(held);
    }

    @Test
    void shouldBeExactWhereTheFigureIsTheLimit() {
        assertThat(only("p50>" + whole.p50Ns() + "ns").held()).isTrue();
        assertThat(only("p50>=" + whole.p50Ns() + "ns").held()).isFalse();
    }

    @Test
    void shouldNotPassWhatWasNotMeasured() {
        assertThat(only("failed.p50>1s"))
                .extracting(Check::held, Check::found)
                .containsExactly(false, "too few jobs for p50");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "p99", "p98>5ms", "p99>5", "p99=5ms", "nosuch.p99>5ms", "rate>5ms", "p99>5ms;", "p99>1e9s"})
    void shouldRefuseWhatIsNoThreshold(String written) {
        assertThatThrownBy(() -> Threshold.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"");
    }

    @Test
    void shouldFailTheBaselineWhenItTakesLongerThanItMay() {
        Baseline same = Example.of("i915", 10, true).asBaseline();

        assertThat(same.check(report, 1.01)).isNotEmpty().allMatch(Check::held);
        assertThat(same.check(report, 0.5)).isNotEmpty().noneMatch(Check::held);
        assertThat(Example.of("vgem", 10, true).asBaseline().check(report, 2))
                .singleElement()
                .extracting(Check::held, Check::found)
                .containsExactly(false, "not measured in both");
    }

    @Test
    void shouldSayItInTheText() {
        ProfileReport failed = report.with(Threshold.parse("p50>0ns").check(report));

        assertThat(ProfileText.of(failed, null, false))
                .contains("i915: p50>0ns (")
                .contains("Seed 1.");
    }

    private Check only(String written) {
        return Threshold.parse(written).check(report).get(0);
    }
}
