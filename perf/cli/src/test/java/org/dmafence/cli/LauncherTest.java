package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a checkout that consists of itself, a program that prints its arguments, and a Maven that is told
 * what to do.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "..", "dmafence");
    private static final Path STARTER = Path.of("src", "main", "dist", "bin", "dmafence");
    private static final Pattern MODULE = Pattern.compile("<module>(.*)</module>");
    private static final String COPY =
            "mkdir -p perf/cli/target/dist/bin && cp saved.jar perf/cli/target/dist/dmafence.jar"
                    + " && cp saved perf/cli/target/dist/bin/dmafence";

    @TempDir
    private Path directory;

    private Path root;
    private Path dist;

    private record Run(int code, String out, String err) {}

    /** What the launcher starts. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws java.io.IOException {
            System.out.println(String.join("|", args) + " " + System.getProperty("color"));
            if (args.length == 1 && args[0].equals("wait")) {
                int end = System.in.read();
                System.exit(Late.code(end));
            }
            System.exit(args.length == 1 ? Integer.parseInt(args[0]) : 0);
        }
    }

    /** Loaded late, when its jar may have been replaced. */
    static final class Late {
        private Late() {}

        static int code(int end) {
            return end == -1 ? 7 : 8;
        }
    }

    @BeforeEach
    void checkOut() throws Exception {
        root = directory.resolve("a check out");
        dist = root.resolve("perf/cli/target/dist");
        Files.createDirectories(dist);
        Files.createDirectories(root.resolve("perf/cli/src/main"));
        script(root.resolve("dmafence"), Files.readString(LAUNCHER));
        script(root.resolve("saved"), Files.readString(STARTER));
        script(Files.createDirectories(dist.resolve("bin")).resolve("dmafence"), Files.readString(STARTER));
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
        maven(COPY + " && echo noise");
        newSource();
        Run built = launch(Map.of(), root.resolve("dmafence"), "x", "y");

        assertThat(built.code()).isZero();
        assertThat(built.out()).isEqualTo("x|y null\n");
        assertThat(built.err()).contains("building").doesNotContain("noise");
        assertThat(dist.resolve(".built")).exists();
    }

    /** A module that it passes over would be run as it was before a change. */
    @Test
    void shouldLookAtEveryModuleThatTheCommandIsMadeOf() throws Exception {
        String text = Files.readString(LAUNCHER);
        String list = text.substring(text.indexOf("for module in ") + "for module in ".length());
        Process bash = new ProcessBuilder("bash", "-c", "printf '%s\\n' " + list.substring(0, list.indexOf("; do")))
                .redirectErrorStream(true)
                .start();
        List<String> looked = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();

        List<String> modules = new ArrayList<>();
        Matcher module = MODULE.matcher(Files.readString(Path.of("..", "..", "pom.xml")));
        module.results().forEach(found -> modules.add(found.group(1)));
        module.reset(Files.readString(Path.of("..", "pom.xml")));
        module.results().forEach(found -> modules.add("perf/" + found.group(1)));
        modules.removeAll(List.of("subsystem-core/bom", "perf", "docs", "perf/jmh", "perf/jcstress"));

        assertThat(looked).containsExactlyInAnyOrderElementsOf(modules);
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

    @Test
    void shouldLeaveARunningProcessAloneWhenAnotherBuilds() throws Exception {
        Process running = start(Map.of(), root.resolve("dmafence"), "wait");
        assertThat(running.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("wait null");
        maven(COPY);
        newSource();
        assertThat(launch(Map.of(), root.resolve("dmafence"), "x", "y").code()).isZero();
        assertThat(runs()).hasSize(2);

        running.getOutputStream().close();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isEqualTo(7);
        assertThat(launch(Map.of(), root.resolve("dmafence"), "x", "y").code()).isZero();
        assertThat(runs()).hasSize(1);
    }

    @Test
    void shouldBuildWhenThereIsNoHome() throws Exception {
        maven(COPY + " && : \"${HOME:?}\" && cd \"$HOME\"");
        newSource();

        assertThat(launch(Map.of("HOME", ""), root.resolve("dmafence"), "x", "y")
                        .code())
                .isZero();
    }

    @Test
    void shouldSayInOneLineWhenTheCheckoutCannotBeWritten() throws Exception {
        newSource();
        for (Path directory :
                List.of(dist, dist.getParent())) { // root may write everything, so there is a file in the way
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createFile(dist.getParent());
        Run run = launch(Map.of(), root.resolve("dmafence"), "x");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines().filter(line -> !line.contains("building"))).hasSize(1);
        assertThat(run.err()).contains("can't be written");
    }

    private void newSource() throws Exception {
        Path source = Files.createFile(root.resolve("perf/cli/src/main/New.java"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
    }

    private String[] runs() {
        return java.util.Objects.requireNonNull(
                root.resolve("perf/cli/target/run").toFile().list((in, name) -> !name.startsWith(".")));
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
        Path jar = root.resolve("saved.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (Class<?> each : List.of(Program.class, Late.class)) {
                String entry = each.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(entry));
                try (java.io.InputStream code = each.getClassLoader().getResourceAsStream(entry)) {
                    java.util.Objects.requireNonNull(code).transferTo(out);
                }
            }
        }
        Files.copy(jar, dist.resolve("dmafence.jar"));
    }

    private Run launch(Map<String, String> environment, Path launcher, String... arguments) throws Exception {
        Process process = start(environment, launcher, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out, Files.readString(directory.resolve("stderr")));
    }

    private Process start(Map<String, String> environment, Path launcher, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(directory.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("DMAFENCE") || name.endsWith("_OPTIONS"));
        builder.environment().putAll(environment);
        return builder.redirectError(directory.resolve("stderr").toFile()).start();
    }
}
