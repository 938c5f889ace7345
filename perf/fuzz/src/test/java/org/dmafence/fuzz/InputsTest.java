package org.dmafence.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs are hostile, many, and the same each time. */
class InputsTest {
    private static final int INPUTS = 500;

    private static Subject subject(String structure) {
        List<byte[]> seeds = switch (structure) {
            case "json" -> Seeds.scenarios();
            case "jar" -> Seeds.jars();
            default -> List.of(Seeds.layouts());
        };
        Mutator mutator = switch (structure) {
            case "json" -> new JsonTree();
            case "jar" -> Seeds.jarEntries();
            default -> new Lines();
        };
        return new Subject(
                structure,
                "",
                "input",
                1,
                seeds,
                new Mixed(mutator),
                new Subject.Limits(0, 1, 0, false),
                (file, out, err) -> 0,
                file -> List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "json", "jar"})
    void shouldMakeManyAndTheSameAgainOfOneSeed(String structure) {
        Subject subject = subject(structure);
        Inputs inputs = new Inputs(subject, 1);
        Inputs again = new Inputs(subject, 1);
        Inputs others = new Inputs(subject, 2);
        Set<String> different = new HashSet<>();
        int alike = 0;
        for (int number = INPUTS - 1; number >= 0; number--) {
            byte[] input = inputs.input(number);
            assertThat(again.input(number)).isEqualTo(input);
            different.add(new String(input, StandardCharsets.ISO_8859_1));
            alike += Arrays.equals(others.input(number), input) ? 1 : 0;
        }
        assertThat(different).hasSizeGreaterThan(INPUTS / 2);
        assertThat(alike).isLessThan(INPUTS / 2);
    }
}
