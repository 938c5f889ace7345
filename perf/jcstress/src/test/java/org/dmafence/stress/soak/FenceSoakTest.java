package org.dmafence.stress.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FenceSoakTest {
    private static final long SEED = 42;

    private static SoakRun soak(long fences, Seam seam, Path driver, long patienceMs) throws InterruptedException {
        SoakRun run = new SoakRun(fences, 2, SEED, seam, driver, patienceMs);
        boolean clean = run.run(new SoakProgress(System.out, 60));
        assertThat(clean).isEqualTo(run.violations.count() == 0);
        return run;
    }

    private static void assertClean(SoakRun run) {
        assertThat(run.violations.first().stream().collect(Collectors.joining("\n")))
                .isEmpty();
    }

    @Test
    void shouldFindNothingWrong() throws Exception {
        SoakRun run = soak(1_000_000, new Seam(), null, 30_000);
        assertClean(run);
        assertThat(run.made()).isGreaterThanOrEqualTo(1_000_000);
        assertThat(run.waiters.waited.sum()).isPositive();
    }

    @Test
    void shouldFindNothingWrongWhileModulesAreUnloaded(@TempDir Path dir) throws Exception {
        Path jar = dir.resolve("soak.jar");
        SoakModules.writeJar(jar);
        SoakRun run = soak(1_000_000, new Seam(), jar, 30_000);
        assertClean(run);
        assertThat(run.text()).doesNotContain(" 0 modules");
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindThePlantedMistake(Mutant mutant) throws Exception {
        assertThat(soak(2_000_000, mutant.seam(), null, 2_000).violations.count())
                .isPositive();
    }

    @Test
    void shouldExitWith1WhenSomethingWasFound() {
        assertThat(FenceSoak.execute("--fences", "1000000", "--broken", "signals_twice", "--seed", "1"))
                .isEqualTo(1);
        assertThat(FenceSoak.execute("--fences", "10000", "--seed", "1")).isZero();
        assertThat(FenceSoak.execute("--fences", "0")).isEqualTo(2);
    }
}
