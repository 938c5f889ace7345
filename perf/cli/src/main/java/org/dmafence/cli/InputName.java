package org.dmafence.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.workload.Presets;
import org.dmafence.workload.Workload;

/** Where jobs come from, as users name it: a capture or a workload, in a file or one that comes with the program. */
final class InputName {
    /** Stands for every workload that comes with the program. */
    static final String WORKLOADS = "workloads";

    /** A workload's file is no larger than that, and may begin with that many comments. */
    private static final int BEGINNING = 1 << 20;

    private InputName() {}

    /**
     * Whether a name is a workload's; if not it is a trace's. A file counts before what comes with the program.
     *
     * @throws BadInputException if it is neither
     */
    static boolean isWorkload(String name) throws BadInputException {
        if (name.equals("-")) {
            return false;
        }
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw new BadInputException("\"" + name + "\" is no path: " + e.getReason() + "; check it", e);
        }
        if (Files.exists(file)) {
            return Files.isRegularFile(file) && startsAsWorkload(file);
        }
        if (name.equals(WORKLOADS) || presets().contains(name)) {
            return true;
        }
        if (ShippedTraces.names().contains(name)) {
            return false;
        }
        throw new BadInputException(name + ": there is no such file, and none of the workloads "
                + String.join(", ", presets()) + " is called so, nor one of the traces "
                + String.join(", ", ShippedTraces.names()));
    }

    private static java.util.List<String> presets() {
        return Presets.all(1).stream().map(Workload::name).collect(Collectors.toList());
    }

    /** A workload's file begins with a comment or a name, after blank lines at most. */
    private static boolean startsAsWorkload(Path file) throws BadInputException {
        try (InputStream in = Files.newInputStream(file)) {
            String beginning = new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1);
            return beginning
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .map(line -> line.startsWith("workload"))
                    .orElse(false);
        } catch (IOException e) {
            throw new BadInputException(file + " can't be read: " + e.getMessage() + "; check the file", e);
        }
    }
}
