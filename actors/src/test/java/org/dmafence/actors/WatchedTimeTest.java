package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WatchedTimeTest {
    private final AtomicLong nowNs = new AtomicLong(-500);
    private final WatchedTime time = new WatchedTime(nowNs::get, 20);

    private long pass(long ns) {
        nowNs.addAndGet(ns);
        return time.look(false);
    }

    @Test
    void shouldPassAsTheClockDoesWhileSomebodyLooks() {
        assertThat(pass(20)).isEqualTo(20);
        assertThat(pass(1)).isEqualTo(1);
        assertThat(time.nowNs()).isEqualTo(-479).isEqualTo(nowNs.get());
        assertThat(time.ofClock(7)).isEqualTo(7);
    }

    @Test
    void shouldCountNoMoreThanAStepOfAPause() {
        pass(5);
        assertThat(pass(300)).isEqualTo(20);
        assertThat(time.nowNs()).isEqualTo(-475);
        assertThat(time.ofClock(nowNs.get() + 50)).isEqualTo(-425);
        assertThat(time.toClock(-425)).isEqualTo(nowNs.get() + 50);
    }

    @Test
    void shouldStandStillWhileThereIsNothingToSee() {
        nowNs.addAndGet(15);
        assertThat(time.look(true)).isZero();
        assertThat(time.nowNs()).isEqualTo(-500);
        assertThat(pass(15)).isEqualTo(15);
    }

    @Test
    void shouldNotRunBackwardWhenTheClockIsSetBack() {
        pass(10);
        assertThat(pass(-1_000)).isZero();
        assertThat(time.nowNs()).isEqualTo(-490);
        assertThat(pass(3)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE - 1_000})
    void shouldKeepNeverWhateverTheClockSays(long startNs) {
        nowNs.set(startNs);
        WatchedTime any = new WatchedTime(nowNs::get, 20);
        nowNs.addAndGet(900);
        any.look(false);
        assertThat(any.toClock(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(any.ofClock(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(any.toClock(Long.MAX_VALUE - 1)).isGreaterThanOrEqualTo(Long.MAX_VALUE - 1);
    }
}
