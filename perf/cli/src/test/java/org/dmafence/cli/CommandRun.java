package org.dmafence.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * One run of a command in this process.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int code, String out, String err) {
    /** The plug-in jars, once the module is packaged. */
    static final Path DRIVERS = Path.of("target", "dist", "drivers");

    static CommandRun of(String... args) {
        return with(DRIVERS, args);
    }

    static CommandRun with(Path drivers, String... args) {
        CommandLine line = Main.commandLine(drivers);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(args);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
