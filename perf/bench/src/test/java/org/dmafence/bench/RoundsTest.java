package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final List<String> order = new ArrayList<>();

    /** Notes its turn, and takes a nanosecond more each time. */
    private final class Turn extends Contender {
        private int windows;

        Turn(String name) {
            super(name);
        }

        @Override
        void window(Sink sink) {
            order.add(name);
            sink.add(Metric.CPU_NS, ++windows);
            sink.add(Metric.BYTES, 8);
        }
    }

    @Test
    void shouldStartWithAnotherContenderEachRound() throws Exception {
        Samples samples = Rounds.run(List.of(new Turn("a"), new Turn("b")), 0, 3, round -> {});

        assertThat(order).containsExactly("a", "b", "b", "a", "a", "b");
        assertThat(samples.of("a", Metric.CPU_NS)).containsExactly(1, 2, 3);
        assertThat(samples.of("b", Metric.BYTES)).containsExactly(8, 8, 8);
        assertThat(samples.of("c", Metric.CPU_NS)).isEmpty();
    }

    @Test
    void shouldKeepNoFigureOfTheWarmUp() throws Exception {
        Samples samples = Rounds.run(List.of(new Turn("a")), 1_000, 1, round -> {});

        assertThat(samples.of("a", Metric.CPU_NS)).hasSize(1).doesNotContain(1);
    }

    @Test
    void shouldTellHowFarItIs() throws Exception {
        List<Integer> told = new ArrayList<>();
        Rounds.run(List.of(new Turn("a")), 0, 3, told::add);

        assertThat(told).containsExactly(1, 2, 3);
    }
}
