package org.dmafence.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;

/** A trace that can be read several times, once for each shim. */
final class TraceSource {
    /** Opens the trace from its beginning. */
    private interface Opener {
        TraceReader open() throws TraceFormatException;
    }

    private final String name;
    private final Opener opener;

    private TraceSource(String name, Opener opener) {
        this.name = name;
        this.opener = opener;
    }

    /** One that comes with the program. */
    static TraceSource shipped(String name) {
        return new TraceSource(name, () -> ShippedTraces.reader(name));
    }

    /**
     * What the user named: a file, {@code -} for standard input, or else a shipped trace.
     *
     * @throws BadInputException if it is no path, or a stream can't be kept for the second reading
     */
    static TraceSource of(String argument) throws BadInputException {
        Path path;
        try {
            path = Path.of(argument);
        } catch (InvalidPathException e) {
            throw new BadInputException("\"" + argument + "\" is no path: " + e.getReason() + "; check it", e);
        }
        if (argument.equals("-")) {
            return spooled("<stdin>", System.in);
        }
        if (!Files.exists(path) && ShippedTraces.names().contains(argument)) {
            return shipped(argument);
        }
        if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
            try (InputStream stream = Files.newInputStream(path)) {
                return spooled(argument, stream);
            } catch (IOException e) {
                throw new BadInputException(argument + ": cannot be read: " + e.getMessage() + "; check the path", e);
            }
        }
        return new TraceSource(argument, () -> TraceReader.open(path));
    }

    /** A stream can be read only once, so it is kept in a file until the process ends. */
    private static TraceSource spooled(String name, InputStream stream) throws BadInputException {
        try {
            Path file = Files.createTempFile("dmafence-trace", ".txt");
            file.toFile().deleteOnExit();
            Files.copy(stream, file, StandardCopyOption.REPLACE_EXISTING);
            return new TraceSource(name, () -> TraceReader.of(reopen(file), name));
        } catch (IOException e) {
            throw new BadInputException(
                    name + ": cannot be kept for replaying it several times: " + e.getMessage()
                            + "; save it to a file and name that",
                    e);
        }
    }

    private static InputStream reopen(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    TraceReader open() throws TraceFormatException {
        return opener.open();
    }
}
