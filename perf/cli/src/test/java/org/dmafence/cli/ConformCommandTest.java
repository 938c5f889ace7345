package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One case that makes no sense among good ones, as a user meets it. */
class ConformCommandTest {
    private static final String GOOD = "../conform/src/test/resources/oracle-own/dma_fence.json";

    @TempDir
    private Path directory;

    private CommandRun conform(String json) throws IOException {
        return CommandRun.of(
                "conform",
                Files.writeString(directory.resolve("cases.json"), json).toString());
    }

    @Test
    void shouldTurnRedWhenOneAnswerDiffers() throws Exception {
        String recorded = Files.readString(Path.of(GOOD));
        String changed = recorded.replaceFirst("\"ret\":-22", "\"ret\":-23");
        assertThat(changed).isNotEqualTo(recorded);

        assertThat(conform(recorded).code()).isZero();
        CommandRun run = conform(changed);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("1 of ", "differ by something that is not listed", "its result differs in \"ret\"");
    }

    @Test
    void shouldTurnRedWhenThereIsNothingToCompare() throws Exception {
        CommandRun run = conform("{\"format\":1,\"kernel\":\"Linux 7.2.13\",\"kind\":\"dma_fence\",\"cases\":[]}");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("Nothing was compared of").doesNotContain("identical, the others");
    }

    @Test
    void shouldTurnRedWhenAFileIsEmptyOrNoJson() throws Exception {
        for (String content : List.of("", "{", "[]", "{}")) {
            CommandRun run = conform(content);
            assertThat(run.code()).as(content).isEqualTo(2);
            assertThat(run.err()).contains("cases.json").hasLineCount(1);
            assertThat(run.out()).isEmpty();
        }
        CommandRun none =
                CommandRun.of("conform", directory.resolve("nobody.json").toString());
        assertThat(none.code()).isEqualTo(2);
    }

    @Test
    void shouldTurnRedWhenADirectoryHasNoCases() throws Exception {
        CommandRun run = CommandRun.of(
                "conform", Files.createDirectories(directory.resolve("empty")).toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("empty");
    }

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
