package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverwritingTest {
    @TempDir
    private Path directory;

    private Path input;

    @BeforeEach
    void write() throws Exception {
        input = Files.writeString(directory.resolve("in.txt"), "precious\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compare IN --out IN",
                "compare IN --shims i915 --trace-out IN",
                "compare IN --out DIR/../DIRNAME/in.txt",
                "compare IN --out DIR/link",
                "compare IN --format json --out IN",
                "compare linux-7.2-sched-rich.txt --shims i915 --out DIR/new --trace-out DIR/new",
                "profile IN --out IN",
                "profile IN --save IN",
                "profile --baseline DIR --save DIR",
                "race DIR/in.json --out DIR/in.json",
                "compare --shims DIR/in.jar --out DIR/in.jar",
                "profile --shims i915,DIR/in.jar:x/y --out DIR/in.jar",
                "modinfo DIR/in.jar --out DIR/in.jar",
                "unload DIR/in.jar --out DIR/in.jar",
                "conform IN --out IN",
            })
    void shouldRefuseAndKeepTheFileWhenItWouldBeOverwritten(String command) throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), input);
        Files.copy(input, directory.resolve("in.jar"));
        Files.copy(input, directory.resolve("in.json"));
        String[] arguments = command.replace("DIRNAME", directory.getFileName().toString())
                .replace("DIR", directory.toString())
                .replace("IN", input.toString())
                .split(" ");
        CommandRun run = CommandRun.with(directory, arguments);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .containsAnyOf("would overwrite", "are the same file");
        assertThat(input).hasContent("precious");
        assertThat(directory.resolve("in.jar")).hasContent("precious");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("in.txt", "in.jar", "in.json", "link");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "profile --baseline DIR --save DIR/new",
                "profile DIR/many.txt",
                "compare DIR/many.txt",
                "conform DIR/kernel.json",
                "race DIR/deep.json",
            })
    void shouldSayInOneLineWhenAFileIsNothingItShouldBe(String command) throws Exception {
        Files.writeString(directory.resolve("profile.json"), "{}");
        Files.writeString(directory.resolve("many.txt"), "workload w\nclient c us=1 count=1000000000\n");
        Files.writeString(
                directory.resolve("kernel.json"),
                "{\"format\":1,\"kernel\":\"Linux 99999999999.1\",\"kind\":\"dma_fence\",\"cases\":[]}");
        Files.writeString(directory.resolve("deep.json"), "[".repeat(100_000));
        CommandRun run = CommandRun.with(
                directory, command.replace("DIR", directory.toString()).split(" "));

        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err().lines().filter(line -> !line.startsWith("Try "))).hasSize(1);
    }

    @Test
    void shouldLetDifferentFilesBe() throws Exception {
        new Overwriting()
                .reads("trace", input)
                .reads("trace", "-")
                .reads("trace", "no\0path")
                .writes("--out", directory.resolve("out"))
                .writes("--trace-out", directory.resolve("out2"))
                .writes("--out", (Path) null)
                .refuse();
        assertThatThrownBy(() -> new Overwriting()
                        .writes("--a", directory.resolve("x"))
                        .writes("--b", directory.resolve("./x"))
                        .refuse())
                .hasMessageContaining("are the same file");
    }
}
