package org.dmafence.cli;

import java.io.PrintWriter;
import java.util.List;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.module.DriverFailure;
import org.dmafence.module.ModuleException;
import org.dmafence.report.TextTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line and an exit code. */
final class Failures {
    /** A command found something to complain about. */
    static final int FINDINGS = 1;

    /** Bad input. */
    static final int BAD_INPUT = 2;

    /** A fault of our own, as in {@code sysexits.h}. */
    static final int INTERNAL = 70;

    private static final int LONGEST = 1_200;
    private static final int LONGEST_NAME = 100;

    private Failures() {}

    static int badUsage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        PrintWriter err = line.getErr();
        String renamed = e instanceof UnmatchedArgumentException unknown
                ? Renamed.hint(line.getCommandName(), unknown.getUnmatched())
                : null;
        report(err, line, renamed == null ? oneLine(e) : renamed);
        if (renamed == null && !suggested(e, err, args)) {
            err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        }
        trace(line, e);
        return BAD_INPUT;
    }

    /**
     * Names that are like what was written. They are looked for in time and memory that grow with the square of its
     * length.
     */
    private static boolean suggested(ParameterException e, PrintWriter err, String[] args) {
        return List.of(args).stream().allMatch(argument -> argument.length() <= LONGEST_NAME)
                && UnmatchedArgumentException.printSuggestions(e, err);
    }

    static int failed(Exception e, CommandLine line, ParseResult result) {
        return failed(e, line);
    }

    /** Says what went wrong on a command's standard error, and answers the exit code. */
    static int failed(Exception e, CommandLine line) {
        PrintWriter err = line.getErr();
        int code = INTERNAL;
        if (e instanceof BadInputException || e instanceof TraceFormatException || e instanceof ModuleException) {
            report(err, line, oneLine(e));
            code = BAD_INPUT;
        } else if (e instanceof DriverFailure
                || e instanceof BadDriverException
                || e instanceof NothingReplayedException) {
            report(err, line, oneLine(e));
            code = FINDINGS;
        } else if (e instanceof InterruptedException) {
            report(err, line, "interrupted");
            code = StopRequest.INTERRUPTED;
        } else {
            report(err, line, oneLine("internal error: " + e) + (debug(line) ? "" : " (--debug shows where)"));
        }
        trace(line, e);
        return code;
    }

    /**
     * What is wrong with a system property that a class read when it was loaded; {@code null} if that is not what is
     * wrong.
     */
    static @Nullable String badProperty(Error e) {
        Throwable cause = e.getCause();
        return e instanceof ExceptionInInitializerError
                        && cause instanceof IllegalArgumentException
                        && String.valueOf(cause.getMessage()).startsWith("System property ")
                ? printable(oneLine(String.valueOf(cause.getMessage())))
                : null;
    }

    /**
     * An error of the virtual machine in one line: the cause, where what was thrown only wraps it, and the remedy if
     * there is one.
     */
    static String ofVirtualMachine(Error e) {
        Throwable cause = e;
        while (cause instanceof LinkageError && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = "internal error: " + (cause == e ? "" : e.getClass().getSimpleName() + ", ") + cause;
        return printable(
                e instanceof OutOfMemoryError
                        ? text + "; give the program more, as in DMAFENCE_JAVA_OPTS=-Xmx4g"
                        : text + " (--debug shows where)");
    }

    private static String oneLine(Exception e) {
        return oneLine(String.valueOf(e.getMessage()));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R\\s*", " ");
    }

    private static void report(PrintWriter err, CommandLine line, String message) {
        err.println(line.getColorScheme()
                .errorText("dmafence: " + printable(abridged(message)).replace("@|", "@ |")));
    }

    /** Says something about a command's input on its standard error: one line, whatever the input says. */
    static void say(CommandLine line, String message) {
        report(line.getErr(), line, oneLine(message));
    }

    /** What is quoted of a file may be as long as the file; the beginning names it and the end says what to do. */
    private static String abridged(String message) {
        return message.length() <= LONGEST
                ? message
                : message.substring(0, LONGEST * 2 / 3) + " ... " + message.substring(message.length() - LONGEST / 3);
    }

    /** Names of files and what is in them may hold anything; a terminal must not obey it. */
    private static String printable(String text) {
        return TextTable.clean(text);
    }

    private static void trace(CommandLine line, Exception e) {
        if (debug(line)) {
            e.printStackTrace(line.getErr());
        }
    }

    private static boolean debug(CommandLine line) {
        CommandLine root = line;
        for (CommandLine parent = line.getParent(); parent != null; parent = parent.getParent()) {
            root = parent;
        }
        return root.getCommand() instanceof DmafenceCommand command && command.debug;
    }
}
