package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples, built as a stranger builds them, and started; each prints what its README shows. Maven finds the jars
 * of this build in a repository of their own, and everything else, without a network, where it found it for this build.
 */
class ExamplesIT {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String VERSION = System.getProperty("dmafence.docs.version");
    private static final Pattern SHOWN = Pattern.compile("(?s)```\\n((?:(?!```).)*)\\n```\\s*$");

    /** By artifact. */
    private static final Map<String, String> PUBLISHED = Map.of(
            "core", "subsystem-core",
            "testkit", "subsystem-core/testkit",
            "actors", "actors",
            "drivers", "drivers",
            "amdgpu-shim", "amdgpu-shim");

    @TempDir
    private static Path folder;

    private static String built = "";

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        copyExamples();
        fillRepository();
        String maven = System.getProperty("os.name").startsWith("Windows") ? "mvnw.cmd" : "mvnw";
        List<String> command = List.of(
                ROOT.resolve(maven).toString(),
                "-o",
                "-B",
                "-ntp",
                "-Dstyle.color=never",
                "-Dmaven.repo.local=" + folder.resolve("repository"),
                "-Dmaven.repo.local.tail=" + usersRepository(),
                "-Dmaven.repo.local.tail.ignoreAvailability=true",
                "verify");
        built = run(folder.resolve("examples"), command);
    }

    @Test
    void shouldBuildAllOfThem() {
        // Maven's own warnings only: a newer JVM warns of what libraries use.
        assertThat(built).contains("BUILD SUCCESS").contains("Tests run: 3,").doesNotContain("[WARN");
    }

    @Test
    void shouldUseFencesAlone() throws IOException, InterruptedException {
        assertThat(start("plain-core")).containsSubsequence(shown("plain-core"));
    }

    @Test
    void shouldRunJobsAndUnloadTheDriver() throws IOException, InterruptedException {
        assertThat(start("akka")).containsSubsequence(shown("akka"));
    }

    @Test
    void shouldTestTheDriverAndUnloadIt() throws IOException {
        assertThat(normal(built)).containsSubsequence(shown("driver"));
    }

    @Test
    void shouldTestCodeThatWaits() throws IOException {
        assertThat(normal(built)).containsSubsequence(shown("junit"));
    }

    @Test
    void shouldUseThisVersion() throws IOException {
        for (String name : List.of("plain-core", "akka", "driver", "junit")) {
            assertThat(Files.readString(Path.of("examples", name, "pom.xml")))
                    .contains("<dmafence.version>" + VERSION + "</dmafence.version>");
        }
    }

    private static void copyExamples() throws IOException {
        Path from = Path.of("examples").toAbsolutePath();
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path inside = from.relativize(file);
                if (inside.getNameCount() < 2 || !inside.getName(1).toString().equals("target")) {
                    copy(file, folder.resolve("examples").resolve(inside));
                }
            }
        }
    }

    private static void fillRepository() throws IOException {
        copy(ROOT.resolve("pom.xml"), inRepository("parent", "pom"));
        copy(ROOT.resolve("subsystem-core/bom/pom.xml"), inRepository("bom", "pom"));
        for (var module : PUBLISHED.entrySet()) {
            Path jar = ROOT.resolve(module.getValue())
                    .resolve("target/dmafence-" + module.getKey() + "-" + VERSION + ".jar");
            copy(ROOT.resolve(module.getValue()).resolve("pom.xml"), inRepository(module.getKey(), "pom"));
            copy(jar, inRepository(module.getKey(), "jar"));
        }
    }

    private static Path inRepository(String name, String type) {
        String artifact = "dmafence-" + name;
        return folder.resolve("repository/org/dmafence")
                .resolve(artifact)
                .resolve(VERSION)
                .resolve(artifact + "-" + VERSION + "." + type);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    private static String usersRepository() {
        String chosen = System.getProperty("maven.repo.local", "");
        return chosen.isEmpty() ? System.getProperty("user.home") + "/.m2/repository" : chosen;
    }

    private static String start(String name) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return normal(run(folder.resolve("examples").resolve(name), List.of(java, "-jar", "target/" + name + ".jar")));
    }

    private static String run(Path where, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command + " does not end:\n" + Files.readString(output));
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as("%s:%n%s", command, text).isZero();
        return text;
    }

    /** What the README of an example ends with, between its ellipses. */
    private static String[] shown(String name) throws IOException {
        var block = SHOWN.matcher(Files.readString(Path.of("examples", name, "README.md")));
        assertThat(block.find()).as("output in the README of " + name).isTrue();
        return normal(block.group(1)).split("…", -1);
    }

    /** Numbers differ from run to run, and so does the room that they take. */
    private static String normal(String text) {
        return text.replaceAll("[0-9]+([.,][0-9]+)*( [mun]?s\\b)?", "#").replaceAll("\\s+", " ");
    }
}
