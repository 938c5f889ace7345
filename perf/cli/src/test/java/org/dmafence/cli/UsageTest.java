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
    @ValueSource(strings = {"compare", "unload", "modinfo", "bench", "conform", "fuzz", "completion"})
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
        "unload --issuer-death foo, expected one of",
        "unload --unsignaled 20000, use fewer",
        "bench nosuch, there are rcu-read-handle",
        "frobnicate, Unmatched argument",
        "compare, ./mvnw",
        "unload nosuch.jar, there is no such file",
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

    @ParameterizedTest
    @CsvSource({
        "compare --workload hog, dmafence compare hog",
        "unload --driver i915, dmafence unload i915",
        "unload --driver=i915, dmafence unload i915",
        "unload --policy enoent, --issuer-death",
        "profile --jobs hog, dmafence profile hog",
        "bench --only rcu, dmafence bench rcu",
        "bench --scaling --plots x, --save",
        "race --replay x.json, dmafence race found/x.json",
        "fuzz --reader trace, dmafence fuzz trace",
        "fuzz --minutes 3, --duration",
    })
    void shouldNameTheNewNameWhenAnOldOneIsUsed(String arguments, String instead) {
        CommandRun run = CommandRun.with(empty, arguments.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1).first().asString().contains(" is gone: ", instead);
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
