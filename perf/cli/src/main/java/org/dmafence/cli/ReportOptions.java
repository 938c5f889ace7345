package org.dmafence.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dmafence.report.Json;
import org.dmafence.report.WholeFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How and where a command's report is printed: the same for every command. */
final class ReportOptions {
    /** What a report looks like. */
    enum Format {
        TEXT,
        JSON,
        HTML;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Option(
            names = "--format",
            paramLabel = "text|json|html",
            defaultValue = "text",
            description = "For people, for programs, or a page; default: ${DEFAULT-VALUE}.")
    Format format = Format.TEXT;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the report there instead of to standard output. The file appears when it is complete.")
    @Nullable Path out;

    /**
     * Makes sure that the report can be written, before the work is done.
     *
     * @param hasPage whether this command knows {@code --format html}
     * @throws BadInputException if it can't
     */
    Sink open(CommandSpec command, boolean hasPage) throws BadInputException {
        if (format == Format.HTML && !hasPage) {
            throw new BadInputException("--format html: " + command.name() + " has no page; use text or json");
        }
        return open(
                command.commandLine().getOut(),
                command.commandLine().getColorScheme().ansi().enabled());
    }

    Sink open(PrintWriter standard, boolean colour) throws BadInputException {
        Path target = out;
        if (target == null) {
            return new Sink(format, standard, colour, null, null);
        }
        try {
            return new Sink(format, standard, false, target, WholeFile.begin(target));
        } catch (IOException e) {
            throw new BadInputException(
                    "--out " + target + " can't be written: " + WholeFile.reason(e)
                            + "; name a file that you may write, in a directory that there is",
                    e);
        }
    }

    /**
     * Where the report goes.
     *
     * @param colour whether to use colours; never in a file
     */
    record Sink(
            Format format,
            PrintWriter standard,
            boolean colour,
            @Nullable Path target,
            @Nullable WholeFile file) implements AutoCloseable {
        /** A report in the form that was asked for. */
        void write(Function<Boolean, String> text, Record report) throws BadInputException {
            write(text, report, () -> {
                throw new IllegalStateException("no page"); // refused as the sink was opened
            });
        }

        /** A report in the form that was asked for; the command has a page. */
        void write(Function<Boolean, String> text, Record report, Supplier<String> page) throws BadInputException {
            write(
                    switch (format) {
                        case TEXT -> text.apply(colour);
                        case JSON -> Json.of(report);
                        case HTML -> page.get();
                    });
        }

        /** Text as it is. */
        void write(String report) throws BadInputException {
            if (file == null) {
                standard.print(report);
                standard.flush();
                return;
            }
            try {
                file.stream().write(report.getBytes(StandardCharsets.UTF_8));
                file.commit();
            } catch (IOException e) {
                throw new BadInputException("--out " + target + " can't be written: " + WholeFile.reason(e), e);
            }
        }

        /** Leaves no half a report behind. */
        @Override
        public void close() {
            if (file != null) {
                try {
                    file.close();
                } catch (IOException e) {
                    // It is deleted when the process ends, or not at all; the report itself is not affected.
                }
            }
        }
    }
}
