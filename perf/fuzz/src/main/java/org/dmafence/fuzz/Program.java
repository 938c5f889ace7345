package org.dmafence.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The whole program in a process of its own with a small heap. */
public final class Program {
    private static final long PATIENCE_S = 120;
    private static final long KILL_S = 10;

    private final List<String> java;

    /** @param java how to start it: a JVM, its options, the program */
    public Program(List<String> java) {
        this.java = List.copyOf(java);
    }

    /**
     * Reads an input, and answers what was wrong; {@code null} if nothing was, or the reader has no command of its own.
     */
    Rules.@Nullable Broken run(Subject subject, byte[] input) {
        try {
            Path directory = Files.createTempDirectory("dmafence-fuzz-process");
            try {
                return run(subject, input, directory);
            } finally {
                Files.walkFileTree(directory, new Deleting());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private Rules.@Nullable Broken run(Subject subject, byte[] input, Path directory)
            throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve(subject.fileName()), input);
        List<String> arguments = subject.command().arguments(file);
        if (arguments.isEmpty()) {
            return null;
        }
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        List<String> line = new ArrayList<>(java);
        line.add(1, "-Djava.io.tmpdir=" + temporary);
        line.addAll(arguments);
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        long beganNs = System.nanoTime();
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(KILL_S, TimeUnit.SECONDS);
            return new Rules.Broken("process hangs", String.join(" ", arguments.subList(0, 1)));
        }
        Trial.Outcome outcome = new Trial.Outcome(
                process.exitValue(),
                text(out),
                withoutWarnings(text(err)),
                null,
                "",
                left(temporary),
                System.nanoTime() - beganNs,
                0);
        Rules.Broken broken = Rules.check(outcome, subject);
        return broken == null ? null : new Rules.Broken("process, " + broken.rule(), broken.detail());
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Newer JVMs warn of what libraries use; the launcher has the options that silence them. */
    private static String withoutWarnings(String err) {
        return err.lines()
                .filter(line -> !line.startsWith("WARNING: "))
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }

    private static List<String> left(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("hsperfdata"))
                    .toList();
        }
    }
}
