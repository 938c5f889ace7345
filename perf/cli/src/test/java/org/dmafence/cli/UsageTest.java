package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @TempDir
    private Path empty;

    @ParameterizedTest
    @ValueSource(strings = {"compare", "unload", "modinfo", "bench"})
    void shouldShowExamplesWithinAHundredColumnsWhenHelpIsAskedFor(String command) {
        CommandRun run = CommandRun.with(empty, command, "--help");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Examples:", "dmafence " + command);
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void shouldNameCommandsAndExitCodesWhenHelpIsAskedFor() {
        assertThat(CommandRun.with(empty, "--help").out())
                .contains("compare", "unload", "modinfo", "Exit codes:", "bad input");
        assertThat(CommandRun.with(empty, "--version").out()).startsWith("dmafence ");
    }

    @ParameterizedTest
    @CsvSource({
        "compare --speed 0, use max",
        "compare --speed -1, use max",
        "compare --speed NaN, use max",
        "compare --speed fast, use max",
        "compare --format xml, expected one of",
        "compare --nosuch, Unknown option",
        "unload --fences 0, use 1 or more",
        "unload --fences x, is not an int",
        "unload --fences 2147483647, use 10000000 or less",
        "unload --cycles 2147483647, use 1000000 or less",
        "unload --cycles -1, use 1 or more",
        "unload --policy foo, expected one of",
        "unload --unsignaled 20000, use fewer",
        "bench --only nosuch, there are rcu-read-handle",
        "frobnicate, Unmatched argument",
        "compare, ./mvnw",
        "unload --driver nosuch.jar, there is no such file",
        "modinfo nosuch.jar, there is no such file",
    })
    void shouldSayWhatToDoInOneLineWhenInputIsBad(String arguments, String remedy) {
        CommandRun run = CommandRun.with(empty, arguments.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().findFirst().orElse(""))
                .startsWith("dmafence: ")
                .contains(remedy);
        assertThat(run.err()).doesNotContain("\tat ");
    }

    @Test
    void shouldShowTheStackTraceWhenDebugging() {
        assertThat(CommandRun.with(empty, "--debug", "compare").err()).contains("\tat org.dmafence");
        assertThat(CommandRun.with(empty, "compare", "--debug").err()).contains("\tat org.dmafence");
    }

    @Test
    void shouldAskForACommandWhenThereIsNone() {
        CommandRun run = CommandRun.with(empty);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Missing required subcommand");
    }
}
