package org.dmafence.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.dmafence.report.Reading;
import org.jspecify.annotations.Nullable;

/**
 * What a user adds to the configuration, as {@code -Dconfig.file=FILE}. The library resolves references in a time that
 * is nowhere near linear: three hundred of them take most of a minute, and those that double what they refer to take
 * for ever.
 */
final class SettingsFile {
    private static final int MOST_MIB = 1;
    private static final int MOST_REFERENCES = 32;
    private static final Pattern REFERENCE = Pattern.compile("\\+=|\\$\\{");

    private SettingsFile() {}

    /**
     * Refuses what would take too long.
     *
     * @param file {@code null} for none
     * @throws BadInputException if it can't be read, or refers to other settings too often
     */
    static void check(@Nullable Path file) throws BadInputException {
        if (file == null) {
            return;
        }
        String text;
        try {
            text = Reading.text(file, MOST_MIB);
        } catch (IOException e) {
            throw new BadInputException("the settings can't be read: " + e.getMessage() + "; check -Dconfig.file", e);
        }
        long references = REFERENCE.matcher(text).results().count();
        if (references > MOST_REFERENCES) {
            throw new BadInputException(file + " refers to other settings " + references
                    + " times (+= and ${...}); use " + MOST_REFERENCES + " at most");
        }
    }

    /** A file, in the form that the library has it. */
    static Config read(Path file) throws BadInputException {
        check(file);
        return SubsystemHost.checked(() -> ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)));
    }
}
