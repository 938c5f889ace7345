package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenCommandTest {
    @Test
    void shouldBeAsAShellTakesIt() {
        assertThat(WrittenCommand.of(List.of("profile", "--rate", "10k/s", "--fail-if", "p99>5 ms", "it's", "")))
                .isEqualTo("dmafence profile --rate 10k/s --fail-if 'p99>5 ms' 'it'\\''s' ''");
    }
}
