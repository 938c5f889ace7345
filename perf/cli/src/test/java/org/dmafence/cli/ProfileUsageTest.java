package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileUsageTest {
    @TempDir
    private Path empty;

    @ParameterizedTest
    @CsvSource({
        "profile --rate 0, use jobs per second",
        "profile --rate 99999999999999999999999999999999, at most 10M/s",
        "profile --rate 0.0000000000001, at least 0.001/s",
        "profile --duration 99999999999999999999s, at most a week",
        "profile --duration 9999h, at most a week",
        "profile --warmup 99999999999999999999s, at most a week",
        "profile --warmup 169h, at most a week",
        "profile --arrivals poisson --closed, use one or the other",
        "profile --arrivals poisson hog, use one or the other",
        "profile --arrivals weekly, POISSON",
        "profile --rate quick, use jobs per second",
        "profile --duration 10, use a time",
        "profile --duration 0s, measures nothing",
        "profile --warmup x, use a time",
        "profile --policy all, 'use fifo, rr or fair'",
        "profile --closed --rate 10, use one or the other",
        "profile --closed msm-sched-ring0.txt, leave --closed out",
        "profile nosuch, none of the workloads two-clients",
        "profile workloads, name or keep one",
        "profile --baseline /nosuch, name a directory that profile --save wrote",
        "profile --save /proc/nosuch, name a directory you may write to",
        "profile --out /proc/nosuch/x, name a file",
        "profile --fail-if p99, use a figure and a limit",
        "profile --fail-if p99>5, use a time with its unit",
        "profile --fail-if nosuch.p99>5ms, there is no edge nosuch",
        "profile --fail-if rate<x, use jobs per second",
        "profile --tolerance 0, use a number above 0",
        "profile --seed x, is not a long",
        "profile, ./mvnw",
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
    void shouldNameTheFileWhenTheBaselineIsDamaged() throws Exception {
        Files.writeString(empty.resolve("profile.json"), "{");
        CommandRun run = CommandRun.with(empty, "profile", "--baseline", empty.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("profile.json is none of this program's").hasLineCount(1);
    }

    @Test
    void shouldFitAHundredColumnsWhenHelpIsAskedFor() {
        CommandRun run = CommandRun.with(empty, "profile", "--help");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Examples:", "--baseline");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }
}
