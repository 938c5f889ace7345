package org.dmafence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a command writes from destroying what it reads, or something else that it writes. Paths that are null are
 * none.
 */
final class Overwriting {
    /** A path and the option or word it came with. */
    private record Named(String what, Path path) {}

    private final List<Named> read = new ArrayList<>();
    private final List<Named> written = new ArrayList<>();

    Overwriting reads(String what, @Nullable Path path) {
        if (path != null) {
            read.add(new Named(what, path));
        }
        return this;
    }

    /** As the user wrote it, which may be a name and no path, or {@code -}. */
    Overwriting reads(String what, @Nullable String argument) {
        try {
            return argument == null || argument.equals("-") ? this : reads(what, Path.of(argument));
        } catch (InvalidPathException e) {
            return this;
        }
    }

    Overwriting writes(String what, @Nullable Path path) {
        if (path != null) {
            written.add(new Named(what, path));
        }
        return this;
    }

    /** @throws BadInputException if two of them are one file and at least one of the two is written */
    void refuse() throws BadInputException {
        for (int i = 0; i < written.size(); i++) {
            Named output = written.get(i);
            for (Named input : read) {
                if (same(output.path, input.path)) {
                    throw new BadInputException(output.what + " " + output.path + " would overwrite " + input.what + " "
                            + input.path + ", which is read; name another file");
                }
            }
            for (Named other : written.subList(0, i)) {
                if (same(output.path, other.path)) {
                    throw new BadInputException(output.what + " " + output.path + " and " + other.what + " "
                            + other.path + " are the same file; name two");
                }
            }
        }
    }

    /** Devices and pipes can be read and written at a time. */
    private static boolean same(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return (Files.isRegularFile(one) || Files.isDirectory(one)) && Files.isSameFile(one, other);
            }
            return !Files.exists(one) && !Files.exists(other) && place(one).equals(place(other));
        } catch (IOException e) { // a loop of links, or a directory that may not be read: writing will say so
            return false;
        }
    }

    /** Where a file that does not exist would be, whatever links lead to its directory. */
    private static Path place(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        return parent != null && Files.exists(parent) ? parent.toRealPath().resolve(absolute.getFileName()) : absolute;
    }
}
