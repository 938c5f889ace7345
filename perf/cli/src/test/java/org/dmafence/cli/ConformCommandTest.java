package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One case that makes no sense among good ones, as a user meets it. */
class ConformCommandTest {
    @Test
    void shouldRunTheGoodCasesOfAFileAndCountTheBrokenOne() {
        CommandRun run = CommandRun.of("conform", "src/test/resources/oracle-broken");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out())
                .contains("2 cases of Linux 7.2.13 (derived from its source): 2 identical")
                .contains("1 case could not be run")
                .contains("CASES THAT MAKE NO SENSE")
                .contains("dma_fence_chain/without_sense")
                .contains("\"nobody\" is missing");
    }
}
