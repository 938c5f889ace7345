package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The distribution archive, unpacked where there is no checkout and no compiler. */
@DisabledOnOs(OS.WINDOWS)
class DistributionIT {
    /** What the program needs of the JDK, and no more: no compiler, no archive of the JDK's own classes. */
    private static final String MODULES =
            "java.desktop,java.logging,java.management,java.naming,java.sql,java.xml,jdk.jfr,jdk.management,jdk.unsupported";

    private static final long PATIENCE_S = 120;

    @TempDir
    private static Path directory;

    private static Path home = Path.of("");

    private record Run(int code, String out, String err) {}

    @BeforeAll
    static void unpack() throws Exception {
        Path archive = archive(".tar.gz");
        Process tar = new ProcessBuilder("tar", "xzf", archive.toString(), "-C", directory.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        home = directory.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
    }

    private static Path archive(String ending) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(
                            file -> file.getFileName().toString().matches("dmafence-.*" + ending.replace(".", "\\.")))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        }
    }

    @Test
    void shouldHaveEverythingAndNothingOfTheBuild() throws Exception {
        assertThat(home.toFile().list())
                .containsExactlyInAnyOrder(
                        "bin",
                        "captures",
                        "cases",
                        "completion",
                        "dmafence.jar",
                        "drivers",
                        "lib",
                        "LICENSE",
                        "NOTICE",
                        "README.md");
        assertThat(home.resolve("captures").toFile().list())
                .contains("linux-7.2-sched-rich.txt", "msm-sched-ring0.txt");
        assertThat(Files.readString(home.resolve("completion/dmafence.bash"))).contains("complete -F");
        assertThat(Files.readString(home.resolve("completion/dmafence.zsh"))).startsWith("#!/usr/bin/env zsh");
        assertThat(Files.size(archive(".zip"))).isGreaterThan(10_000_000);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("bin/dmafence"))))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void shouldRunOnARuntimeWithoutACompiler() throws Exception {
        Path runtime = directory.resolve("jre");
        int linked = ToolProvider.findFirst("jlink")
                .orElseThrow()
                .run(System.out, System.err, "--add-modules", MODULES, "--output", runtime.toString());
        assertThat(linked).isZero();
        assertThat(runtime.resolve("bin/javac")).doesNotExist();
        Path path = Files.createDirectory(directory.resolve("path"));
        for (String tool : List.of("bash", "env", "dirname", "readlink", "mkdir", "mv", "rm", "stty")) {
            Files.createSymbolicLink(path.resolve(tool), tool(tool));
        }
        Files.createSymbolicLink(path.resolve("java"), runtime.resolve("bin/java"));
        Map<String, String> environment = Map.of("PATH", path.toString());

        Run version = start(environment, "--version");
        assertThat(version).extracting(Run::code, Run::err).containsExactly(0, "");
        assertThat(version.out()).startsWith("dmafence 0.").contains("Java ");
        Run compared = start(environment, "compare");
        assertThat(compared).extracting(Run::code, Run::err).containsExactly(0, "");
        assertThat(compared.out()).contains("amdgpu-independent left");
        Run conforms = start(environment, "conform", "linux-7.2");
        assertThat(conforms).extracting(Run::code, Run::err).containsExactly(0, "");
        assertThat(conforms.out()).contains("7.2.13");
    }

    private static Path tool(String name) {
        for (String place : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(place, name))) {
                return Path.of(place, name);
            }
        }
        throw new IllegalStateException(name + " is not on the PATH");
    }

    @Test
    void shouldStartQuickerAndAsSilentlyWithAnArchiveOfClassesWhateverIsInIt() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"));
        Path cds = home.resolve("cds");
        quiet(start(environment, "--version")); // leaves a mark
        quiet(start(environment, "--version")); // makes the archive
        Path archive;
        try (Stream<Path> files = Files.list(cds)) {
            archive = files.filter(file ->
                            file.toString().endsWith(".jsa") && file.toString().contains("_java"))
                    .filter(file -> file.toString()
                            .contains(System.getProperty("java.home").replace('/', '_')))
                    .findFirst()
                    .orElseThrow();
        }
        quiet(start(environment, "--version"));
        Run shared = start(
                Map.of("JAVA_HOME", System.getProperty("java.home"), "DMAFENCE_JAVA_OPTS", "-Xlog:class+load:stdout"),
                "--version");
        assertThat(shared.out()).contains("org.dmafence.cli.Main source: shared objects file (top)");

        Files.writeString(archive, "no archive");
        quiet(start(environment, "--version"));
        Files.delete(archive);
        Files.createFile(archive.resolveSibling(archive.getFileName() + ".never")); // it did not work once
        quiet(start(environment, "--version"));
        assertThat(archive).doesNotExist();
    }

    private static void quiet(Run run) {
        assertThat(run).extracting(Run::code, Run::err).containsExactly(0, "");
        assertThat(run.out()).startsWith("dmafence 0.").hasLineCount(2);
    }

    private static Run start(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/dmafence").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        builder.environment().putAll(environment);
        Path err = directory.resolve("stderr");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out, Files.readString(err));
    }
}
