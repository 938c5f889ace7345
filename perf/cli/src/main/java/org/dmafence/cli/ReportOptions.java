package org.dmafence.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
            if (Files.isDirectory(target)) {
                throw new BadInputException("--out " + target + " is a directory; name a file");
            }
            Path real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
            if (Files.exists(real) && !Files.isRegularFile(real)) {
                return new Sink(real, null); // a device or a pipe: nothing to move over it
            }
            Path temporary = real.resolveSibling(
                    "." + real.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
            Files.newOutputStream(temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
            temporary.toFile().deleteOnExit();
            return new Sink(real, temporary);
        } catch (IOException e) {
            throw new BadInputException(
                    "--out " + target + " can't be written: " + reason(e)
                            + "; name a file in a directory you may write to",
                    e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException
                ? "permission denied"
                : e instanceof java.nio.file.NoSuchFileException ? "no such directory" : String.valueOf(e.getMessage());
    }

    /** Where the report goes. */
    record Sink(@Nullable Path target, @Nullable Path temporary) implements AutoCloseable {
        /** Whether to use colours. */
        boolean colour() {
            return target == null && Ansi.AUTO.enabled();
        }

        void write(String report, PrintWriter standard) throws BadInputException {
            Path file = target;
            if (file == null) {
                standard.print(report);
                standard.flush();
                return;
            }
            try {
                if (temporary == null) {
                    Files.writeString(file, report, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
                } else {
                    Files.writeString(temporary, report, StandardCharsets.UTF_8);
                    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new BadInputException("--out " + file + " can't be written: " + reason(e), e);
            }
        }

        /** Leaves no half a report behind. */
        @Override
        public void close() {
            if (temporary != null) {
                try {
                    Files.deleteIfExists(temporary);
                } catch (IOException e) {
                    // It is deleted when the process ends, or not at all; the report itself is not affected.
                }
            }
        }
    }
}
