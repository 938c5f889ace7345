package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorSystem;
import akka.event.slf4j.Slf4jLogger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Context;
import com.typesafe.config.Config;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/**
 * The jars as named modules: two of the examples as an embedder's modules, and an image that has no flight recorder.
 */
class ModulePathIT {
    private static final Path CORE = jarOf(DmaFence.class);
    private static final Path AGRONA = jarOf(Agent.class);
    private static final Path JSPECIFY = jarOf(NullMarked.class); // needed to compile, not to run
    private static final String FENCES_END = "what copy 1 keeps of its issuer: nothing";

    /** What the core can't do without. */
    private static final Set<String> OF_THE_JDK =
            Set.of("java.base", "java.management", "jdk.management", "jdk.unsupported");

    @TempDir
    private static Path folder;

    @Test
    void shouldNeedFourModulesOfTheJdk() {
        String needed = tool(
                "jdeps",
                "--multi-release",
                "17",
                "--ignore-missing-deps",
                "--module-path",
                path(AGRONA),
                "--list-deps",
                CORE.toString());
        Set<String> used = needed.lines().map(String::strip).collect(Collectors.toSet());
        Set<Requires> declared = ModuleFinder.of(CORE)
                .find("org.dmafence.core")
                .orElseThrow()
                .descriptor()
                .requires();

        assertThat(declared.stream()
                        .filter(each -> !each.modifiers().contains(Requires.Modifier.STATIC))
                        .map(Requires::name))
                .containsAll(OF_THE_JDK)
                .hasSize(OF_THE_JDK.size() + 1)
                .contains("org.agrona.core");
        assertThat(declared.stream().map(Requires::name)).as(needed).containsAll(used);
    }

    @Test
    void shouldUseFencesWhereThereIsNoFlightRecorder() throws IOException, InterruptedException {
        Path fences = compile("plain-core", "org.example.fences", "org.dmafence.core", List.of(CORE, AGRONA));
        Path image = folder.resolve("image");
        tool("jlink", "--add-modules", String.join(",", OF_THE_JDK), "--output", image.toString());
        String java = image.resolve("bin/java").toString();

        assertThat(run(List.of(java, "--list-modules"))).contains("java.base").doesNotContain("jfr");
        String main = "org.example.fences.Fences";
        String jars = path(CORE, AGRONA, fences);
        assertThat(run(List.of(java, "-p", jars, "-m", "org.example.fences/" + main)))
                .contains(FENCES_END);
        assertThat(run(List.of(java, "-cp", jars, main))).contains(FENCES_END);
    }

    @Test
    void shouldUseFencesAsAModule() throws IOException, InterruptedException {
        Path fences = compile("plain-core", "org.example.fences", "org.dmafence.core", List.of(CORE, AGRONA));

        assertThat(run(List.of(
                        java(),
                        "--show-module-resolution",
                        "-p",
                        path(CORE, AGRONA, fences),
                        "-m",
                        "org.example.fences/org.example.fences.Fences")))
                .contains(FENCES_END)
                .as("brings the flight recorder in")
                .contains("java.management binds jdk.management.jfr");
    }

    @Test
    void shouldRunJobsAndUnloadTheDriverAsAModule() throws IOException, InterruptedException {
        List<Path> jars = new ArrayList<>(List.of(CORE, AGRONA, jarOf(FenceSubsystem.class)));
        for (Class<?> type : List.of(
                ActorSystem.class,
                akka.actor.typed.ActorSystem.class,
                Slf4jLogger.class,
                Config.class,
                scala.Option.class,
                scala.jdk.javaapi.FutureConverters.class,
                scala.compat.java8.FutureConverters.class,
                Logger.class,
                LoggerContext.class,
                Context.class)) {
            Path jar = jarOf(type);
            if (!jars.contains(jar)) {
                jars.add(jar);
            }
        }
        jars.add(compile("akka", "org.example.jobs", "org.dmafence.actors", jars));

        assertThat(run(List.of(
                        java(),
                        "-p",
                        path(JSPECIFY, jars.toArray(Path[]::new)),
                        "-m",
                        "org.example.jobs/org.example.jobs.Jobs",
                        System.getProperty("dmafence.docs.drivers"))))
                .contains("job 1: signaled, job 2: signaled")
                .contains("the driver is gone: true; job 2's fence is still here: signaled");
    }

    /** An example as a module of its own; its project has no descriptor, so that it also shows the class path. */
    private static Path compile(String example, String name, String requires, List<Path> modules) throws IOException {
        Path sources = Path.of("examples", example, "src/main/java").toAbsolutePath();
        Path work = Files.createTempDirectory(folder, example);
        Path descriptor = work.resolve("module-info.java");
        Files.writeString(descriptor, "module " + name + " { requires " + requires + "; }");
        Path classes = work.resolve("classes");
        List<String> arguments = new ArrayList<>(List.of(
                "--release",
                "17",
                "-proc:none",
                "-d",
                classes.toString(),
                "--module-path",
                path(JSPECIFY, modules.toArray(Path[]::new)),
                descriptor.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> arguments.add(file.toString()));
        }
        tool("javac", arguments.toArray(String[]::new));
        return classes;
    }

    private static String tool(String name, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter out = new PrintWriter(output);
        int exit = ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments);
        assertThat(exit).as("%s %s:%n%s", name, List.of(arguments), output).isZero();
        return output.toString();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command + " does not end:\n" + Files.readString(output));
        }
        String text = Files.readString(output);
        assertThat(process.exitValue()).as("%s:%n%s", command, text).isZero();
        return text;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String path(Path first, Path... others) {
        return Stream.concat(Stream.of(first), Stream.of(others))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path jarOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
