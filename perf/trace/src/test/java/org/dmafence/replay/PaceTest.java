package org.dmafence.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void shouldRefuseSpeedWhenItIsNotPositive(double speed) {
        assertThatIllegalArgumentException().isThrownBy(() -> Pace.of(speed)).withMessageContaining("positive");
    }

    @Test
    void shouldFollowTheTracesClockWhenASpeedIsGiven() throws Exception {
        Pace pace = Pace.of(10);
        long startNs = System.nanoTime();
        pace.await(5_000_000_000L);
        pace.await(5_200_000_000L);

        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void shouldNotWaitWhenTheClockGoesBackwardsOrAtFullSpeed() throws Exception {
        Pace pace = Pace.of(0.001);
        long startNs = System.nanoTime();
        pace.await(5_000_000_000L);
        pace.await(1_000_000_000L);
        Pace.max().await(Long.MAX_VALUE);

        assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void shouldEndTheWaitWhenTheThreadIsInterrupted() throws Exception {
        Pace pace = Pace.of(0.001);
        pace.await(0);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> pace.await(1_000_000_000L)).isInstanceOf(InterruptedException.class);
    }
}
