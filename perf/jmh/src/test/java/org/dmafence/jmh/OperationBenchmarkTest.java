package org.dmafence.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.bench.BenchOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

class OperationBenchmarkTest {
    /** Without those where there is nothing to see. */
    static List<String> seeing() throws Exception {
        List<String> names = new ArrayList<>(BenchOperation.names());
        names.removeIf(name -> name.endsWith("nobody interested") || name.endsWith("not signaled"));
        names.remove("fence-signal-at/CountDownLatch");
        return names;
    }

    @Test
    void shouldBeAbleToRunEveryOperation() throws Exception {
        assertThat(OperationBenchmark.class
                        .getField("operation")
                        .getAnnotation(Param.class)
                        .value())
                .containsExactlyInAnyOrderElementsOf(BenchOperation.names());
    }

    @ParameterizedTest
    @MethodSource("seeing")
    void shouldSeeWhatItDidWhenItRan(String name) throws Exception {
        OperationBenchmark benchmark = new OperationBenchmark();
        benchmark.operation = name;
        benchmark.lineUp();
        try {
            assertThat(benchmark.times()).isGreaterThanOrEqualTo(1000);
        } finally {
            benchmark.close();
        }
    }
}
