package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void shouldInterpolateWhenAQuantileFallsBetweenWindows() {
        Summary summary = Summary.of(new double[] {4, 1, 3, 2, 5});

        assertThat(summary.windows()).isEqualTo(5);
        assertThat(summary.min()).isEqualTo(1);
        assertThat(summary.p10()).isCloseTo(1.4, within(1e-9));
        assertThat(summary.median()).isEqualTo(3);
        assertThat(summary.p90()).isCloseTo(4.6, within(1e-9));
        assertThat(summary.max()).isEqualTo(5);
    }

    @Test
    void shouldBeItsOnlyWindowWhenThereIsOne() {
        assertThat(Summary.of(new double[] {7})).isEqualTo(new Summary(1, 7, 7, 7, 7, 7));
    }

    @Test
    void shouldLeaveTheWindowsInTheirOrderWhenSummarizing() {
        double[] windows = {2, 1};
        Summary.of(windows);

        assertThat(windows).containsExactly(2, 1);
    }
}
