package org.dmafence.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dmafence.report.WholeFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** How and where a command's report is printed. */
final class ReportOptions {
    /** What a report looks like. */
    enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "For people or for programs; default: ${DEFAULT-VALUE}.")
    Format format = Format.TEXT;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the report there instead of to standard output. The file appears when it is complete.")
    @Nullable Path out;

    /**
     * Makes sure that the report can be written, before the work is done.
     *
     * @throws BadInputException if it can't
     */
    Sink open() throws BadInputException {
        Path target = out;
        if (target == null) {
            return new Sink(null, null);
        }
        try {
            return new Sink(target, WholeFile.begin(target));
        } catch (IOException e) {
            throw new BadInputException(
                    "--out " + target + " can't be written: " + WholeFile.reason(e)
                            + "; name a file that you may write, in a directory that there is",
                    e);
        }
    }

    /** Where the report goes. */
    record Sink(@Nullable Path target, @Nullable WholeFile file) implements AutoCloseable {
        /** Whether to use colours. */
        boolean colour() {
            return file == null && Ansi.AUTO.enabled();
        }

        void write(String report, PrintWriter standard) throws BadInputException {
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
