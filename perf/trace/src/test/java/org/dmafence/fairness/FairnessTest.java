package org.dmafence.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FairnessTest {
    @Test
    void shouldBeOneWhenEverybodyGotTheSame() {
        assertThat(Fairness.jain(3, 3, 3, 3)).isEqualTo(1);
        assertThat(Fairness.jain(0.2)).isEqualTo(1);
    }

    @Test
    void shouldBeOneInNWhenOneOfNGotEverything() {
        assertThat(Fairness.jain(0, 7, 0, 0)).isEqualTo(0.25);
    }

    @Test
    void shouldMatchJainsOwnFormulaWhenSharesDiffer() {
        // (1 + 2 + 3)^2 / (3 * (1 + 4 + 9))
        assertThat(Fairness.jain(1, 2, 3)).isCloseTo(36.0 / 42, within(1e-12));
        assertThat(Fairness.jain(10, 20, 30)).isCloseTo(36.0 / 42, within(1e-12));
    }

    @Test
    void shouldBeOneWhenNobodyGotAnything() {
        assertThat(Fairness.jain(0, 0)).isEqualTo(1);
        assertThat(Fairness.jain()).isEqualTo(1);
    }

    @Test
    void shouldGiveEverybodyTheirDemandWhenThereIsEnough() {
        assertThat(Fairness.maxMin(0.25, 0.5)).containsExactly(0.25, 0.5);
    }

    @Test
    void shouldSplitWhatSmallDemandsLeaveWhenThereIsNotEnough() {
        assertThat(Fairness.maxMin(1, 0.1, 1)).containsExactly(0.45, 0.1, 0.45);
        assertThat(Fairness.maxMin(1, 1, 1, 1)).containsExactly(0.25, 0.25, 0.25, 0.25);
    }
}
