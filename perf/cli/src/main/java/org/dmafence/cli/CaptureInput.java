package org.dmafence.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;

/** A capture that is read once, for everything there is in it. */
final class CaptureInput {
    private CaptureInput() {}

    /**
     * What the user named: a file, {@code -} for standard input, or else a trace that comes with the program.
     *
     * @throws BadInputException if it is no path
     * @throws TraceFormatException if it is no capture
     */
    static TraceReader open(String argument) throws BadInputException, TraceFormatException {
        Path path;
        try {
            path = Path.of(argument);
        } catch (InvalidPathException e) {
            throw new BadInputException("\"" + argument + "\" is no path: " + e.getReason() + "; check it", e);
        }
        return !argument.equals("-")
                        && !Files.exists(path)
                        && ShippedTraces.names().contains(argument)
                ? ShippedTraces.reader(argument)
                : TraceReader.openAll(path);
    }
}
