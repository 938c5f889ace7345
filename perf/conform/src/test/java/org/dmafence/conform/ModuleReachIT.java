package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link EveryRuleTest} for the rules that need the packaged module. */
class ModuleReachIT {
    private static Path jar() throws Exception {
        try (Stream<Path> all = Files.list(Path.of("target", "drivers"))) {
            return all.filter(path -> path.getFileName().toString().startsWith("dmafence-drivers"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "7.2, dma_fence_rcu/module_unsignaled_names_after_unload, unloading-ends-fences",
        "7.2, dma_fence_rcu/module_wait_op_after_unload, issuer-gone",
        "own, dma_fence_rcu/module_set_deadline_untold, module-tells-no-deadline",
    })
    void shouldFindEveryOtherMistake(String where, String id, String rule) throws Exception {
        PlantedMistakes planted = EveryRuleTest.of(where, id, jar());
        assertThat(planted.rules()).contains(rule).doesNotContain("");
        assertThat(planted.missed(mistake -> false)).isEmpty();
    }
}
