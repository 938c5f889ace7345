package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.dmafence.profile.Recorder.Second;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepingUpTest {
    private static final double RATE = 10_000;

    private static List<Second> seconds(int count, IntToLongFunction backlog) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i ->
                        new Second(i * Recorder.SECOND_NS, 0, backlog.applyAsLong(i), 0, null, 0, LatencyCounts.NONE))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"10000, 1000", "1000000, 100000", "500, 64", "10, 10", "0.5, 1"})
    void shouldAllowATenthOfASecondsJobsOrAFewHoweverLongItIsWatched(double perSecond, long bound) {
        assertThat(KeepingUp.bound(perSecond)).isEqualTo(bound);
    }

    @Test
    void shouldGrowWhenASystemIsALittleTooSlow() {
        List<Second> slow = seconds(10, i -> 20L * i); // two jobs in a thousand too many

        assertThat(KeepingUp.slope(slow)).isEqualTo(20);
        assertThat(KeepingUp.grows(slow, RATE)).isTrue();
    }

    @Test
    void shouldGrowWhenItBeginsToInTheSecondHalf() {
        assertThat(KeepingUp.grows(seconds(600, i -> i < 300 ? 3 : 3 + (i - 300) * 15L), RATE))
                .isTrue();
    }

    @Test
    void shouldNotGrowWhenItStaysOrShrinksOrStallsOnce() {
        SplittableRandom random = new SplittableRandom(1);

        assertThat(KeepingUp.grows(seconds(10, i -> 5), RATE)).isFalse();
        assertThat(KeepingUp.grows(seconds(10, i -> 900 - 80L * i), RATE)).isFalse();
        assertThat(KeepingUp.grows(seconds(10, i -> i == 9 ? 5_000 : 5), RATE)).isFalse();
        assertThat(KeepingUp.grows(seconds(600, i -> random.nextLong(500)), RATE))
                .isFalse();
    }

    @Test
    void shouldSayNothingOfFewSeconds() {
        assertThat(KeepingUp.slope(seconds(4, i -> 1_000L * i))).isNull();
        assertThat(KeepingUp.grows(seconds(4, i -> 1_000L * i), RATE)).isFalse();
    }

    @Test
    void shouldLookAtAWeekInNoTime() {
        assertThat(KeepingUp.grows(seconds(604_800, i -> i * 11L), RATE)).isTrue();
    }
}
