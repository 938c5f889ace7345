package org.dmafence.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriverTimersTest {
    private final DriverTimers timers = new DriverTimers();
    private final List<String> ran = new ArrayList<>();

    @Test
    void shouldRunInTheOrderOfTheirTimesWhenSeveralAreDue() {
        timers.arm(20, () -> ran.add("b"));
        timers.arm(10, () -> ran.add("a"));
        timers.arm(20, () -> ran.add("c"));
        timers.arm(30, () -> ran.add("d"));

        assertThat(timers.advance(20)).isEqualTo(30);
        assertThat(ran).containsExactly("a", "b", "c");
        assertThat(timers.advance(30)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldEitherRunOrBeCancelled() {
        DriverTimers.Timer cancelled = timers.arm(10, () -> ran.add("cancelled"));
        DriverTimers.Timer run = timers.arm(10, () -> ran.add("run"));

        assertThat(cancelled.cancel()).isTrue();
        timers.advance(10);

        assertThat(ran).containsExactly("run");
        assertThat(run.cancel()).isFalse();
        assertThat(cancelled.cancel()).isFalse();
    }

    @Test
    void shouldRunATimerThatAnotherArmsInThePast() {
        timers.arm(10, () -> timers.arm(5, () -> ran.add("late")));

        assertThat(timers.advance(10)).isEqualTo(Long.MAX_VALUE);
        assertThat(ran).containsExactly("late");
    }
}
