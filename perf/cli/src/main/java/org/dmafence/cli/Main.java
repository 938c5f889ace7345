package org.dmafence.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.dmafence.report.TextTable;
import picocli.CommandLine;

/** Where the program starts. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        LastWords lastWords = LastWords.install();
        StandardOutput output = StandardOutput.ofProcess();
        PrintWriter out = output.writer();
        int code;
        try {
            code = commandLine(DriverJars.besideProgram(), Colours.of(args))
                    .setOut(out)
                    .execute(args);
        } catch (Error e) { // of memory, or of a broken installation
            String property = Failures.badProperty(e);
            System.err.println("dmafence: " + (property == null ? Failures.ofVirtualMachine(e) : property));
            if (List.of(args).contains("--debug")) {
                e.printStackTrace();
            }
            code = property == null ? Failures.INTERNAL : Failures.BAD_INPUT;
            lastWords.end();
        }
        out.flush();
        String missing = output.missing();
        if (missing != null) {
            System.err.println("dmafence: standard output can't be written: " + missing
                    + "; what was to be printed is lost. Make room, or use --out");
            code = Failures.BAD_INPUT;
        }
        System.exit(lastWords.code(code));
    }

    /** The whole command line, drivers being looked for in a directory. */
    public static CommandLine commandLine(Path drivers) {
        return commandLine(drivers, Colours.AUTO);
    }

    private static CommandLine commandLine(Path drivers, Colours colours) {
        CommandLine line = new CommandLine(new DmafenceCommand(drivers));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(colours.ansi(System.getenv())));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF); // it warns past the command's standard error
        line.setExpandAtFiles(false); // nobody is told of it, and it would read any file whole
        line.setUsageHelpWidth(TextTable.width());
        line.setParameterExceptionHandler(Failures::badUsage);
        line.setExecutionExceptionHandler(Failures::failed);
        return line;
    }
}
