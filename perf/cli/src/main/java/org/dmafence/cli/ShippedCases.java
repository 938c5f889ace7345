package org.dmafence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The answers of kernels that come with the program, a directory for each release beside the plug-in jars. */
final class ShippedCases {
    private final Path directory;

    ShippedCases(Path drivers) {
        directory = drivers.resolveSibling("cases");
    }

    /**
     * Puts a directory for each name of a release that is no path, and all of them for no name at all.
     *
     * @throws BadInputException if none comes with the program
     */
    List<Path> resolve(List<Path> named) throws BadInputException {
        if (named.isEmpty()) {
            List<Path> all = releases();
            if (all.isEmpty()) {
                throw new BadInputException("no cases in " + directory + "; name files or directories of them");
            }
            return all;
        }
        List<Path> resolved = new ArrayList<>();
        for (Path path : named) {
            Path shipped = directory.resolve(path.toString());
            resolved.add(
                    !Files.exists(path) && path.getNameCount() == 1 && Files.isDirectory(shipped) ? shipped : path);
        }
        return resolved;
    }

    private List<Path> releases() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
