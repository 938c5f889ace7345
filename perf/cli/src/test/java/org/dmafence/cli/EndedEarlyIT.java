package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a command that a signal ends, in a process of its own. */
@DisabledOnOs(OS.WINDOWS)
class EndedEarlyIT {
    private static final Path PROGRAM = Path.of("target", "dist", "dmafence.jar");
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path directory;

    private Path place;
    private Path out;
    private Path err;
    private @Nullable Process process;

    @BeforeEach
    void name() throws IOException {
        place = Files.createDirectory(directory.resolve("out"));
        out = place.resolve("report.json");
        err = directory.resolve("err");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldReportTheCyclesThatThereWereWhenUnloadIsEndedByASignal() throws Exception {
        signalOnceItSays("cycle [2-9][0-9]* of", start("unload", "--cycles", "1000000", "--fences", "10"));

        JsonNode report = JsonMapper.builder().build().readTree(out.toFile());
        assertThat(report.at("/cycles").asLong())
                .isPositive()
                .isEqualTo(report.at("/left").asLong());
        assertThat(report.at("/plan/cycles").asLong()).isEqualTo(1_000_000);
        assertThat(place.toFile().list()).containsExactly("report.json");
    }

    @Test
    void shouldLeaveNoFileBehindWhenCompareIsEndedBeforeAnythingIsThrough() throws Exception {
        signalOnceItSays("line 1", start("compare", "--shims", "i915", "--speed", "0.000001"));

        assertThat(place.toFile().list()).isEmpty();
    }

    @Test
    void shouldReportWhatWasReadWhenFuzzIsEndedByASignal() throws Exception {
        Path findings = directory.resolve("findings");
        signalOnceItSays(
                "trace: [0-9]{3,} of",
                start("fuzz", "trace", "--inputs", "10000000", "--processes", "0", "--save", findings.toString()));

        JsonNode report = JsonMapper.builder().build().readTree(out.toFile());
        assertThat(report.at("/interrupted").asBoolean()).isTrue();
        assertThat(report.at("/subjects/0/inputs").asLong()).isGreaterThanOrEqualTo(100);
        assertThat(report.at("/subjects/0/findings")).isEmpty();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Ddmafence.progress=true");
        command.add("-jar");
        command.add(PROGRAM.toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("--format", "json", "--out", out.toString()));
        Process started = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("standard").toFile())
                .redirectError(err.toFile())
                .start();
        process = started;
        return started;
    }

    private void signalOnceItSays(String progress, Process running) throws Exception {
        Pattern said = Pattern.compile(progress);
        Awaitility.await(progress)
                .atMost(PATIENCE_S, TimeUnit.SECONDS)
                .until(() -> said.matcher(Files.readString(err)).find());
        running.destroy();
        assertThat(running.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    }
}
