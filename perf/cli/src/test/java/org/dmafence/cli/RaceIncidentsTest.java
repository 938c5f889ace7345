package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The incidents on the command line. */
class RaceIncidentsTest {
    @Test
    void shouldRunAllOfThemAndCallNoFindingOfABrokenFormAFault() {
        CommandRun run = CommandRun.of("race", "--incidents");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("msm-shrinker, broken, memory ", "fixed").doesNotContain("poll-vs-unload");
    }

    @Test
    void shouldPrintTheSameEachTimeWithoutTimes() {
        String[] command = {"race", "vgem-close", "kill-jobs-dependencies", "--no-times"};

        assertThat(CommandRun.of(command).out())
                .isEqualTo(CommandRun.of(command).out())
                .doesNotContain("time ");
        assertThat(CommandRun.of("race", "vgem-close").out()).contains("time ");
    }

    @Test
    void shouldListThemUnderAHeadingOfTheirOwn() {
        assertThat(CommandRun.of("race", "--list").out().lines())
                .anyMatch(line -> line.startsWith("incident "))
                .anyMatch(line -> line.startsWith("no-hang-leak "))
                .anyMatch(line -> line.startsWith("fixed "));
    }

    @Test
    void shouldReplayAScheduleFromItsFile(@TempDir Path directory) {
        CommandRun.of("race", "can-queue", "--memory", "sc", "--save", directory.toString());
        Path file = directory.resolve("can-queue.broken.sc.freed-job.json");

        assertThat(file).matches(Files::isRegularFile);
        assertThat(CommandRun.of("race", file.toString()).out()).contains("freed meanwhile");
    }

    @Test
    void shouldSayThatThereIsNoSuchIncident() {
        CommandRun run = CommandRun.of("race", "nosuch");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("vgem-close");
    }
}
