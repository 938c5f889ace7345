package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Drivers that throw what they like, answer nothing, lie or never come back: each command ends in bounded time with 0,
 * 1 or 2 and one line. Those that hang take ten seconds and more each; with {@code -Ddmafence.hostile.all=true} all of
 * them run.
 */
class HostileDriversIT {
    private static final String MISTAKE = "dmafence.hostile";

    private static final Path TRACE = Path.of(
            "..", "trace", "src", "main", "resources", "org", "dmafence", "ftrace", "linux-7.2-sched-mixed.txt");

    /** What a call can do to whoever makes it. */
    private static final List<String> DEEDS = List.of(
            "throws", "refuses", "overflows", "oom", "dies", "unlinked", "static", "stackless", "mute", "recursive");

    private static final List<String> LIES = List.of(
            "drivers-null",
            "drivers-nulls",
            "create-null",
            "info-null",
            "info-nulls",
            "issuers-null",
            "issuers-none",
            "issuers-nulls",
            "issuers-nameless",
            "issuers-lockless",
            "ring-null",
            "submit-null",
            "submit-released",
            "names-null",
            "spec-null",
            "flight-negative",
            "flight-many",
            "advance-negative");

    @TempDir
    private static Path drivers;

    private static Path jar = Path.of("");

    @BeforeAll
    static void compile() throws IOException {
        jar = PlantedJar.of("hostile", "HostileDriver", drivers);
    }

    /** Also lets go on what hangs. */
    @AfterEach
    void forget() {
        System.clearProperty(MISTAKE);
    }

    static Stream<String> thrown() {
        List<String> mistakes = new ArrayList<>(LIES);
        for (String place : List.of("init", "submit", "complete", "advance")) {
            DEEDS.forEach(deed -> mistakes.add(place + "-" + deed));
        }
        for (String place :
                List.of("drivers", "create", "info", "issuers", "ring", "names", "release", "exit", "kill", "wait")) {
            mistakes.add(place + "-throws");
            mistakes.add(place + "-stackless");
        }
        return mistakes.stream();
    }

    static Stream<String> hanging() {
        return Boolean.getBoolean("dmafence.hostile.all")
                ? Stream.of(
                        "drivers-blocks",
                        "init-blocks",
                        "issuers-blocks",
                        "ring-blocks",
                        "submit-blocks",
                        "complete-blocks",
                        "complete-lies",
                        "complete-throws",
                        "advance-blocks",
                        "flight-blocks",
                        "names-blocks",
                        "enable-blocks",
                        "poll-blocks",
                        "wait-blocks",
                        "release-blocks",
                        "kill-blocks",
                        "exit-blocks")
                : Stream.of("submit-blocks");
    }

    private static CommandRun with(String mistake, String... command) {
        System.setProperty(MISTAKE, mistake);
        CommandRun run = CommandRun.with(drivers, command);
        assertThat(run.code()).as(run.out() + run.err()).isBetween(0, 2);
        assertThat(run.err().lines().count()).as(run.err()).isLessThanOrEqualTo(1);
        assertThat(run.err().length()).isLessThan(2_000);
        if (run.code() == 2) {
            assertThat(run.err()).contains("hostile.jar");
        } else if (!run.err().isEmpty()) {
            assertThat(run.err()).contains("hostile");
        }
        return run;
    }

    @ParameterizedTest
    @MethodSource("thrown")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldEndWithOneLineWhenADriverThrowsOrAnswersNothing(String mistake) {
        with(mistake, "modinfo", jar.toString());
        with(mistake, "unload", jar.toString(), "--fences", "5", "--cycles", "1");
    }

    /** The replay runs the driver's code in the engine's, the scheduler's and the waiters' threads. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ring-null",
                "ring-throws",
                "issuers-none",
                "submit-throws",
                "submit-released",
                "advance-throws",
                "advance-oom",
                "names-throws",
                "exit-throws",
                "enable-throws"
            })
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldEndAComparisonWhenADriverThrowsOrAnswersNothing(String mistake) {
        compare(mistake);
    }

    @ParameterizedTest
    @MethodSource("hanging")
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void shouldEndAComparisonWhenADriverNeverComesBack(String mistake) {
        compare(mistake);
    }

    private void compare(String mistake) {
        System.setProperty(MISTAKE, mistake);
        CommandRun run = CommandRun.with(drivers, "compare", "--shims", "hostile", TRACE.toString());
        assertThat(run.code()).as(run.out() + run.err()).isBetween(0, 2);
        assertThat(run.err()).doesNotContain("\tat ").doesNotContain("internal error");
    }

    @ParameterizedTest
    @MethodSource("hanging")
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldEndWhenADriverNeverComesBack(String mistake) {
        with(mistake, "modinfo", jar.toString());
        CommandRun run = with(mistake, "unload", jar.toString(), "--fences", "5", "--cycles", "1");
        if (mistake.equals("submit-blocks")) {
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("driver hostile: issuing fences: it has not answered for 10 s; it is at ");
        }
    }
}
