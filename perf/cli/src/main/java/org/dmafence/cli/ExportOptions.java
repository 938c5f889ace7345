package org.dmafence.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.inspect.ChromeExport;
import org.dmafence.inspect.CsvExport;
import org.dmafence.inspect.HistogramExport;
import org.dmafence.inspect.PerfettoExport;
import org.dmafence.inspect.Watcher;
import org.dmafence.report.WholeFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Files for other programs, written while a capture is read. */
final class ExportOptions {
    @Option(
            names = "--perfetto",
            paramLabel = "FILE",
            description = "Write jobs and waits there as Perfetto's TrackEvents, with arrows from signals to who waited.")
    @Nullable Path perfetto;

    @Option(names = "--chrome", paramLabel = "FILE", description = "Write them there as Chrome's trace events, in JSON.")
    @Nullable Path chrome;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write a line there for each job and wait, with a column for each part of its time.")
    @Nullable Path csv;

    @Option(
            names = "--hgrm",
            paramLabel = "DIR",
            description = "Write HdrHistogram's percentile files and a tagged log of each ring's times into that directory.")
    @Nullable Path hgrm;

    boolean any() {
        return perfetto != null || chrome != null || csv != null || hgrm != null;
    }

    void writes(Overwriting files) {
        files.writes("--perfetto", perfetto).writes("--chrome", chrome).writes("--csv", csv).writes("--hgrm", hgrm);
    }

    /** @throws BadInputException if one of them can't be written */
    Files open() throws BadInputException {
        Files files = new Files(hgrm);
        try {
            if (perfetto != null) {
                files.shown.add(new PerfettoExport(files.begin("--perfetto", perfetto).stream()));
            }
            if (chrome != null) {
                ChromeExport export = new ChromeExport(files.writer("--chrome", chrome));
                files.shown.add(export);
                files.chrome = export;
            }
            if (csv != null) {
                files.shown.add(new CsvExport(files.writer("--csv", csv)));
            }
            return files;
        } catch (BadInputException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** The files of one capture; they appear when they are complete. */
    static final class Files implements AutoCloseable {
        private record Begun(String option, Path target, WholeFile file) {}

        private final List<Begun> begun = new ArrayList<>();
        private final List<Writer> writers = new ArrayList<>();
        private final List<Watcher> shown = new ArrayList<>();
        private final HistogramExport histograms = new HistogramExport();
        private final @Nullable Path directory;
        private @Nullable ChromeExport chrome;

        private Files(@Nullable Path directory) {
            this.directory = directory;
            if (directory != null) {
                shown.add(histograms);
            }
        }

        private WholeFile begin(String option, Path target) throws BadInputException {
            try {
                WholeFile file = WholeFile.begin(target);
                begun.add(new Begun(option, target, file));
                return file;
            } catch (IOException e) {
                throw unwritable(option, target, e);
            }
        }

        private Writer writer(String option, Path target) throws BadInputException {
            Writer writer =
                    new BufferedWriter(new OutputStreamWriter(begin(option, target).stream(), StandardCharsets.UTF_8));
            writers.add(writer);
            return writer;
        }

        List<Watcher> watchers() {
            return shown;
        }

        /** Puts all of them in their places. */
        void commit() throws BadInputException {
            String option = "--hgrm";
            Path target = directory;
            try {
                if (directory != null) {
                    histograms.write(directory);
                }
                if (chrome != null) {
                    chrome.close();
                }
                for (Writer writer : writers) {
                    writer.flush();
                }
                for (Begun one : begun) {
                    option = one.option;
                    target = one.target;
                    one.file.commit();
                }
            } catch (IOException | UncheckedIOException e) {
                throw unwritable(option, target, e instanceof UncheckedIOException u ? u.getCause() : (IOException) e);
            }
        }

        private static BadInputException unwritable(String option, @Nullable Path target, IOException e) {
            return new BadInputException(
                    option + " " + target + " can't be written: " + WholeFile.reason(e)
                            + "; name a place that you may write to",
                    e);
        }

        /** Leaves no half a file behind. */
        @Override
        public void close() {
            for (Begun one : begun) {
                try {
                    one.file.close();
                } catch (IOException e) {
                    // Deleted when the process ends, or not at all.
                }
            }
        }
    }
}
