package org.dmafence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dmafence.report.Reading;
import org.dmafence.workload.Presets;
import org.dmafence.workload.Workload;
import org.dmafence.workload.WorkloadFormatException;
import org.dmafence.workload.WorkloadParser;

/** Finds the workloads that the user named. */
final class WorkloadSource {
    private static final int MOST_MIB = 1;

    private WorkloadSource() {}

    /**
     * The workloads of some names, in their order.
     *
     * @param names of presets or of files, or {@value InputName#WORKLOADS} for every preset
     * @throws BadInputException if there is no such workload, or a file describes none
     */
    static List<Workload> select(List<String> names, long seed) throws BadInputException {
        List<Workload> presets = Presets.all(seed);
        List<Workload> selected = new ArrayList<>();
        for (String name : names) {
            List<Workload> named =
                    presets.stream().filter(preset -> isMeant(name, preset)).toList();
            selected.addAll(named.isEmpty() ? read(name, presets, seed) : named);
        }
        return selected;
    }

    /** A file counts before what comes with the program. */
    private static boolean isMeant(String name, Workload preset) {
        return (name.equals(InputName.WORKLOADS) || preset.name().equals(name)) && !Files.exists(Path.of(name));
    }

    private static List<Workload> read(String name, List<Workload> presets, long seed) throws BadInputException {
        try {
            Path file = Path.of(name);
            if (Files.exists(file) && !Files.isDirectory(file)) {
                return WorkloadParser.parse(Reading.text(file, MOST_MIB), name, seed);
            }
        } catch (InvalidPathException | IOException e) {
            throw new BadInputException("a workload can't be read: " + e.getMessage(), e);
        } catch (WorkloadFormatException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e);
        }
        throw new BadInputException(name + " is neither a workload's file nor one of "
                + presets.stream().map(Workload::name).collect(Collectors.joining(", ")));
    }
}
