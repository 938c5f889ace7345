package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TimeAverageTest {
    private final TimeAverage average = new TimeAverage();

    @Test
    void shouldBeginWithTheFirstAndWeighLaterOnesByAQuarter() {
        average.add(8_000);
        assertThat(average.us()).isEqualTo(8);
        average.add(16_999);
        assertThat(average.us()).isEqualTo(10);
    }

    /** Expected numbers: the kernel's unsigned arithmetic by hand. */
    @Test
    void shouldTakeATimeBelowZeroForAHugeOneAsTheKernelDoes() {
        average.add(-5_000);
        assertThat(average.us()).isEqualTo((1L << 58) - 5);
        average.add(0); // -960 shifted without its sign, 2^62 - 240
        assertThat(average.us()).isEqualTo((1L << 56) - 4);
        average.add(4_000); // 3 * 2^62 - 720 + 256, shifted
        assertThat(average.us()).isEqualTo(3 * (1L << 54) - 2);
    }

    @Test
    void shouldRoundTowardZero() {
        average.add(-999);
        assertThat(average.us()).isZero();
    }
}
