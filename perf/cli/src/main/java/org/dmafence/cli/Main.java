package org.dmafence.cli;

import java.nio.file.Path;
import picocli.CommandLine;

/** Where the program starts. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        int code;
        try {
            code = commandLine(DriverJars.besideProgram()).execute(args);
        } catch (Error e) { // of memory, or of a broken installation
            System.err.println("dmafence: internal error: " + e);
            code = Failures.INTERNAL;
        }
        System.out.flush();
        System.exit(code);
    }

    /** The whole command line, drivers being looked for in a directory. */
    public static CommandLine commandLine(Path drivers) {
        CommandLine line = new CommandLine(new DmafenceCommand(drivers));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setParameterExceptionHandler(Failures::badUsage);
        line.setExecutionExceptionHandler(Failures::failed);
        return line;
    }
}
