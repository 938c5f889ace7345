package org.dmafence.cli;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it can be given to a shell again. */
final class WrittenCommand {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:,=+@%-]+");

    private WrittenCommand() {}

    /** The one that is being carried out. */
    static String of(CommandSpec spec) {
        return of(spec.root().commandLine().getParseResult().originalArgs());
    }

    static String of(List<String> args) {
        return "dmafence "
                + args.stream()
                        .map(arg -> PLAIN.matcher(arg).matches() ? arg : "'" + arg.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" "));
    }
}
