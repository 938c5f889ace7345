package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dmafence.conform.report.ConformReport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases of our own, with answers that follow from the kernel's source; each tells from which function. */
class OwnCasesTest {
    static final Path OWN = Path.of("src/test/resources/oracle-own");

    @ParameterizedTest
    @ValueSource(strings = {"dma_fence", "dma_fence_array", "dma_fence_chain", "dma_resv", "drm_sched"})
    void shouldAnswerAsTheSourceSaysOrByAListedDeviation(String kind) throws Exception {
        ConformReport report = ScenarioFiles.run(OWN.resolve(kind + ".json"), 2);
        assertThat(report.findings()).isEmpty();
        assertThat(report.sound()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void shouldNotRestOnADeviationWhereNoneIsMeant(int level) throws Exception {
        for (String kind : List.of("dma_fence", "dma_fence_chain", "dma_resv")) {
            ConformReport.Kind only = ScenarioFiles.run(OWN.resolve(kind + ".json"), level)
                    .kinds()
                    .get(0);
            assertThat(only.identical()).isEqualTo(only.cases()).isPositive();
        }
    }

    /** So that no file is left out of the list above; the module's is for the packaged program. */
    @ParameterizedTest
    @ValueSource(ints = 6)
    void shouldKnowAllFiles(int files) throws Exception {
        try (Stream<Path> all = Files.list(OWN)) {
            assertThat(all).hasSize(files);
        }
    }
}
