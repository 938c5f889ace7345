package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a checkout that consists of itself, a program that prints its arguments, and a Maven that is told what to do. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "..", "dmafence");

    @TempDir
    private Path directory;

    private Path root;
    private Path dist;

    private record Run(int code, String out, String err) {}

    /** What the launcher starts. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            System.out.println(String.join("|", args) + " " + System.getProperty("color"));
            System.exit(args.length == 1 ? Integer.parseInt(args[0]) : 0);
        }
    }

    @BeforeEach
    void checkOut() throws Exception {
        root = directory.resolve("a check out");
        dist = root.resolve("perf/cli/target/dist");
        Files.createDirectories(dist);
        Files.createDirectories(root.resolve("perf/cli/src/main"));
        script(root.resolve("dmafence"), Files.readString(LAUNCHER));
        program();
        Files.createFile(dist.resolve(".built"));
        maven("echo Maven should not run; exit 1");
    }

    @Test
    void shouldPassArgumentsAndTheExitCodeOnWhenBuilt() throws Exception {
        assertThat(launch(Map.of(), root.resolve("dmafence"), "two words", "*"))
                .isEqualTo(new Run(0, "two words|* null\n", ""));
        assertThat(launch(Map.of(), root.resolve("dmafence"), "3").code()).isEqualTo(3);
    }

    @Test
    void shouldFindItsCheckoutWhenStartedThroughLinks() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), root.resolve("dmafence"));
        Files.createDirectories(directory.resolve("bin"));
        Path second = Files.createSymbolicLink(directory.resolve("bin/dmafence"), Path.of("..", "link"));

        assertThat(launch(Map.of(), link, "a", "b").out()).isEqualTo("a|b null\n");
        assertThat(launch(Map.of(), second, "a", "b").out()).isEqualTo("a|b null\n");
    }

    @Test
    void shouldPassOptionsToTheJvmWhenTheVariableIsSet() throws Exception {
        Run run = launch(Map.of("DMAFENCE_JAVA_OPTS", "-Dcolor=blue  -Xmx64m"), root.resolve("dmafence"));

        assertThat(run).isEqualTo(new Run(0, " blue\n", ""));
    }

    @Test
    void shouldSayWhatItFoundWhenThereIsNoUsableJava() throws Exception {
        Run missing = launch(Map.of("JAVA_HOME", "/nosuch"), root.resolve("dmafence"));
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("/nosuch", "point it at a JDK, 17 or newer");

        Path old = directory.resolve("old");
        Files.createDirectories(old.resolve("bin"));
        script(old.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        Run tooOld = launch(Map.of("JAVA_HOME", old.toString()), root.resolve("dmafence"));
        assertThat(tooOld.code()).isEqualTo(2);
        assertThat(tooOld.err()).contains("Java 11.0.2", "17 or newer").hasLineCount(1);
    }

    @Test
    void shouldBuildFirstWhenASourceIsNewer() throws Exception {
        maven("mkdir -p perf/cli/target/dist && cp saved.jar perf/cli/target/dist/dmafence.jar && echo noise");
        Path source = Files.createFile(root.resolve("perf/cli/src/main/New.java"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
        Run built = launch(Map.of(), root.resolve("dmafence"), "x", "y");

        assertThat(built.code()).isZero();
        assertThat(built.out()).isEqualTo("x|y null\n");
        assertThat(built.err()).contains("building").doesNotContain("noise");
        assertThat(dist.resolve(".built")).exists();
    }

    @Test
    void shouldShowMavensOutputAndLeaveNothingHalfBuiltWhenTheBuildFails() throws Exception {
        Files.delete(dist.resolve(".built"));
        maven("echo the reason; exit 1");
        Run failed = launch(Map.of(), root.resolve("dmafence"), "x");

        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("the reason", "the build failed");
        assertThat(dist.resolve(".built")).doesNotExist();
        assertThat(dist.resolve(".built.new")).doesNotExist();
    }

    private void maven(String body) throws Exception {
        script(root.resolve("mvnw"), "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n" + body + "\n");
    }

    private static void script(Path file, String text) throws Exception {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void program() throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Program.class.getName());
        String entry = Program.class.getName().replace('.', '/') + ".class";
        Path jar = root.resolve("saved.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                java.io.InputStream code = Program.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            java.util.Objects.requireNonNull(code).transferTo(out);
        }
        Files.copy(jar, dist.resolve("dmafence.jar"));
    }

    private Run launch(Map<String, String> environment, Path launcher, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(directory.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("DMAFENCE") || name.endsWith("_OPTIONS"));
        builder.environment().putAll(environment);
        File err = directory.resolve("stderr").toFile();
        Process process = builder.redirectError(err).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out, Files.readString(err.toPath()));
    }
}
