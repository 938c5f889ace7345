package org.dmafence.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The peers written in C, built from {@code peers.c} into a temporary directory, once for each flavour of liburcu.
 * Without a C compiler or liburcu there are none, and what would be compared with them is left out.
 */
final class NativePrograms implements AutoCloseable {
    /** What to say when there are none. */
    static final String REMEDY = "no peer: install liburcu-dev and gcc";

    private static final String SOURCE = "peers.c";
    private static final long PATIENCE_S = 60;

    /** A flavour of liburcu. */
    enum Flavor {
        MEMB,
        MB;

        String program() {
            return "peers-" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path directory;

    private NativePrograms(Path directory) {
        this.directory = directory;
    }

    /**
     * Builds what can be built.
     *
     * @param compiler the command, such as {@code cc}
     */
    static NativePrograms build(String compiler) throws IOException, InterruptedException {
        NativePrograms programs = new NativePrograms(Files.createTempDirectory("dmafence-bench"));
        try (InputStream source = Objects.requireNonNull(NativePrograms.class.getResourceAsStream(SOURCE), SOURCE)) {
            Files.copy(source, programs.directory.resolve(SOURCE));
            for (Flavor flavor : Flavor.values()) {
                programs.compile(compiler, flavor);
            }
            return programs;
        } catch (IOException | InterruptedException | RuntimeException e) {
            programs.close();
            throw e;
        }
    }

    private void compile(String compiler, Flavor flavor) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(compiler, "-O2", "-DRCU_" + flavor));
        command.addAll(List.of(
                SOURCE, "-o", flavor.program(), "-lurcu-" + flavor.name().toLowerCase(Locale.ROOT)));
        command.add("-lpthread");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory.toFile(), flavor.program() + ".log"))
                    .start();
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException noCompiler) {
            return; // the missing program says it
        }
    }

    /** Where the programs are, if there are any. */
    Path directory() {
        return directory;
    }

    /** The program of a flavour in such a directory; it may not exist. */
    static Path program(Path directory, Flavor flavor) {
        return directory.resolve(flavor.program());
    }

    /** Leaves nothing behind. May be called twice, by whoever built it and by the end of the process. */
    @Override
    public synchronized void close() {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            System.err.println("dmafence: could not remove " + directory + ": " + e);
        }
    }
}
