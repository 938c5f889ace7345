package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dmafence.report.TextTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command knows of the terminal, and what the shell knows of the commands. */
class TerminalTest {
    @TempDir
    private Path directory;

    @AfterEach
    void forget() {
        System.clearProperty("dmafence.terminal");
        System.clearProperty("dmafence.columns");
    }

    @ParameterizedTest
    @CsvSource({
        "compare --color always, ALWAYS",
        "--color=never compare, NEVER",
        "--color never --color ALWAYS, ALWAYS",
        "--color, AUTO",
        "--color pink, AUTO",
        "compare, AUTO",
    })
    void shouldFindTheColourThatIsAskedFor(String arguments, Colours colours) {
        assertThat(Colours.of(arguments.split(" "))).isEqualTo(colours);
    }

    @Test
    void shouldColourOnATerminalUnlessTheEnvironmentSaysNo() {
        System.setProperty("dmafence.terminal", "true");
        assertThat(Colours.AUTO.ansi(Map.of()).enabled()).isTrue();
        assertThat(Colours.AUTO.ansi(Map.of("NO_COLOR", "")).enabled()).isTrue();
        assertThat(Colours.AUTO.ansi(Map.of("NO_COLOR", "1")).enabled()).isFalse();
        assertThat(Colours.AUTO.ansi(Map.of("TERM", "dumb")).enabled()).isFalse();
        assertThat(Colours.ALWAYS.ansi(Map.of("NO_COLOR", "1")).enabled()).isTrue();
        System.setProperty("dmafence.terminal", "false");
        assertThat(Colours.AUTO.ansi(Map.of()).enabled()).isFalse();
        assertThat(Colours.NEVER.ansi(Map.of()).enabled()).isFalse();
    }

    @Test
    void shouldRefuseAColourThatIsNone() {
        assertThat(CommandRun.with(directory, "modinfo", "--color", "pink").err())
                .contains("--color")
                .contains("AUTO, ALWAYS, NEVER");
    }

    @Test
    void shouldBeAsWideAsTheTerminalWithinReason() {
        assertThat(TextTable.width()).isEqualTo(100);
        System.setProperty("dmafence.columns", "130");
        assertThat(TextTable.width()).isEqualTo(130);
        assertThat(CommandRun.with(directory, "race", "--help").out().lines())
                .anyMatch(line -> line.length() > 100)
                .allMatch(line -> line.length() <= 130);
        System.setProperty("dmafence.columns", "20");
        assertThat(TextTable.width()).isEqualTo(72);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void shouldPrintWhatAShellNeeds(String shell) {
        CommandRun run = CommandRun.with(directory, "completion", shell);

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("#!/usr/bin/env " + shell)
                .contains("complete -F", "--fail-if", "--issuer-death");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldCompleteCommandsAndOptionsInABash() throws Exception {
        Path script = directory.resolve("completion");
        Files.writeString(
                script, CommandRun.with(directory, "completion", "bash").out());

        assertThat(completed(script, "dmafence", "un")).contains("unload");
        assertThat(completed(script, "dmafence", "unload", "--iss")).contains("--issuer-death");
        assertThat(completed(script, "dmafence", "compare", "--format", ""))
                .contains("json")
                .contains("html");
    }

    private String completed(Path script, String... words) throws IOException, InterruptedException {
        String line = String.join("' '", words);
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script + "; COMP_WORDS=('" + line + "'); COMP_CWORD=" + (words.length - 1)
                                + "; COMP_LINE=\"${COMP_WORDS[*]}\"; $(complete -p dmafence | sed 's/.*-F \\([^ ]*\\).*/\\1/');"
                                + " echo \"${COMPREPLY[*]}\"")
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }
}
