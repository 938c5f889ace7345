package org.dmafence.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A driver as users name one, the same for every command: {@code NAME}, {@code JAR} or {@code JAR:NAME}, and behind a
 * slash the ops table, where one is to be chosen.
 *
 * @param jar where it is; {@code null} for those that come with the program
 * @param driver its name; empty for whatever is in the jar
 * @param table the ops table; {@code null} for that of its ordinary jobs
 */
record DriverName(
        @Nullable Path jar, String driver, @Nullable String table) {
    private static final Pattern IN_JAR = Pattern.compile("(?<jar>.*\\.jar)(:(?<name>[^/]*))?(/(?<table>.*))?");

    /** @throws BadInputException if it is empty, or no path */
    static DriverName of(String written) throws BadInputException {
        if (written.isBlank()) {
            throw new BadInputException("a driver's name is empty; separate names by single commas");
        }
        Matcher jar = IN_JAR.matcher(written);
        if (jar.matches()) {
            String name = jar.group("name");
            try {
                return new DriverName(Path.of(jar.group("jar")), name == null ? "" : name, jar.group("table"));
            } catch (InvalidPathException e) {
                throw new BadInputException("\"" + written + "\" is no path: " + e.getReason() + "; check it", e);
            }
        }
        int slash = written.indexOf('/');
        return slash < 0
                ? new DriverName(null, written, null)
                : new DriverName(null, written.substring(0, slash), written.substring(slash + 1));
    }

    /** The jar that a name refers to, for who only wants to know which files are read; {@code null} if it is none. */
    static @Nullable Path jarOf(String written) {
        try {
            return of(written).jar;
        } catch (BadInputException e) {
            return null;
        }
    }
}
