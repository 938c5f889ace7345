package org.dmafence.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ShortageTest {
    private final AtomicInteger tries = new AtomicInteger();

    private Supplier<Integer> failing(int times) {
        return () -> {
            if (tries.incrementAndGet() <= times) {
                throw new OutOfMemoryError("on purpose");
            }
            return tries.get();
        };
    }

    @Test
    void shouldTryAgainWhenThereWasNoMemoryForATime() {
        assertThat(Shortage.outlast(failing(3))).isEqualTo(4);
    }

    @Test
    void shouldGiveUpWhenThereGoesOnBeingNone() {
        assertThatThrownBy(() -> Shortage.outlast(failing(Integer.MAX_VALUE))).isInstanceOf(OutOfMemoryError.class);
        assertThat(tries).hasValue(Shortage.TRIES);
    }

    @Test
    void shouldPassOnWhatIsNoShortage() {
        assertThatThrownBy(() -> Shortage.outlast(() -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException("on purpose");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(tries).hasValue(1);
    }
}
