package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

class OperationBenchmarkTest {
    /** JMH's threads are not of our own class. */
    private static final String OWN_THREAD = "rcu-read/" + RcuGroups.OWN;

    static List<String> operations() throws Exception {
        List<String> names = new ArrayList<>();
        for (Group group : Groups.all()) {
            if (group.name().startsWith("rcu-read") || group.name().startsWith("fence-")) {
                try (Lineup lineup = new Lineup(new Plan(true, Path.of(""), Path.of(""), 0))) {
                    group.maker().lineUp(lineup);
                    lineup.operations().keySet().forEach(name -> names.add(group.name() + "/" + name));
                }
            }
        }
        return names;
    }

    /** Without those where there is nothing to see. */
    static List<String> seeing() throws Exception {
        List<String> names = operations();
        names.removeIf(name -> name.endsWith("nobody interested") || name.endsWith("not signaled"));
        names.remove("fence-signal-at/CountDownLatch");
        return names;
    }

    @Test
    void shouldBeAbleToRunEveryOperation() throws Exception {
        List<String> expected = new ArrayList<>(operations());
        expected.remove(OWN_THREAD);

        assertThat(OperationBenchmark.class
                        .getField("operation")
                        .getAnnotation(Param.class)
                        .value())
                .containsExactlyInAnyOrderElementsOf(expected);
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
