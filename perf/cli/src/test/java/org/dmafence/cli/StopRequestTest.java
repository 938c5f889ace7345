package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StopRequestTest {
    @Test
    void shouldBeAskedFromThenOnWhenTheThreadIsInterrupted() {
        try (StopRequest stop = new StopRequest()) {
            assertThat(stop.getAsBoolean()).isFalse();
            Thread.currentThread().interrupt();
            assertThat(stop.getAsBoolean()).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(stop.getAsBoolean()).isTrue();
        }
    }

    @Test
    void shouldEndAsAnInterruptedProcessWhateverWasFoundUntilThen() {
        assertThat(StopRequest.code(true, true)).isEqualTo(130);
        assertThat(StopRequest.code(true, false)).isEqualTo(130);
        assertThat(StopRequest.code(false, false)).isEqualTo(1);
        assertThat(StopRequest.code(false, true)).isZero();
        assertThatThrownBy(() -> StopRequest.check(true)).isInstanceOf(InterruptedException.class);
        assertThat(StopRequest.text(true, "table")).startsWith("Ended early").endsWith("table");
    }
}
