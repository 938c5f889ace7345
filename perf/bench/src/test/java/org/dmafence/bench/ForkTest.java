package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForkTest {
    private final Samples samples = new Samples();
    private final List<String> progress = new ArrayList<>();

    private boolean read(String line) {
        return Fork.read(line, samples, progress::add);
    }

    @Test
    void shouldCollectWhatTheProcessTells() {
        assertThat(read("PROGRESS\t3 of 40")).isFalse();
        assertThat(read("SAMPLE\tNetty's promise\tCPU_NS\t12.5")).isFalse();
        assertThat(read("MISSING\tliburcu-memb\tno peer")).isFalse();
        assertThat(read("END\t")).isTrue();

        assertThat(progress).containsExactly("3 of 40");
        assertThat(samples.of("Netty's promise", Metric.CPU_NS)).containsExactly(12.5);
        assertThat(samples.missing()).containsEntry("liburcu-memb", "no peer");
    }

    @Test
    void shouldPassOnWhatTheJvmSaysInBetween() {
        assertThat(read("OpenJDK 64-Bit Server VM warning: something")).isFalse();
        assertThat(read("ENDLESS")).isFalse();
        assertThat(samples.windows()).isEmpty();
    }

    @Test
    void shouldFailWhenTheProcessEndsEarly() {
        Group broken = Group.once("no-such-group", List.of(), lineup -> {});
        BenchPlan plan = new BenchPlan(true, Path.of(""), Path.of(""), Path.of("no", "peers"), 0);

        assertThatThrownBy(() -> Fork.run(broken, plan, samples, progress::add))
                .isInstanceOf(IOException.class)
                .hasMessage("the process that measures no-such-group ended early");
    }
}
