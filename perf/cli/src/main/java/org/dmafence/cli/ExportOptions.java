package org.dmafence.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
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
import org.dmafence.inspect.JobStory;
import org.dmafence.inspect.PerfettoExport;
import org.dmafence.inspect.WaitStory;
import org.dmafence.inspect.Watcher;
import org.dmafence.report.WholeFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Files for other programs, written while a capture is read. */
final class ExportOptions {
    @Option(
            names = "--perfetto",
            paramLabel = "FILE",
            description =
                    "Write jobs and waits there as Perfetto's TrackEvents, with arrows from signals to who waited.")
    @Nullable Path perfetto;

    @Option(
            names = "--chrome",
            paramLabel = "FILE",
            description = "Write them there as Chrome's trace events, in JSON.")
    @Nullable Path chrome;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Write a line there for each job and wait, with a column for each part of its time.")
    @Nullable Path csv;

    @Option(
            names = "--hgrm",
            paramLabel = "DIR",
            description =
                    "Write HdrHistogram's percentile files and a tagged log of each ring's times into that directory.")
    @Nullable Path hgrm;

    boolean any() {
        return perfetto != null || chrome != null || csv != null || hgrm != null;
    }

    void writes(Overwriting files) {
        files.writes("--perfetto", perfetto)
                .writes("--chrome", chrome)
                .writes("--csv", csv)
                .writes("--hgrm", hgrm);
    }

    /** @throws BadInputException if one of them can't be written */
    Files open() throws BadInputException {
        if (hgrm != null && hgrm.toFile().exists() && !hgrm.toFile().isDirectory()) {
            throw new BadInputException(
                    "--hgrm " + hgrm + " is a file; name a directory, which is made if there is none");
        }
        Files files = new Files(hgrm);
        try {
            if (perfetto != null) {
                files.show("--perfetto", perfetto, new PerfettoExport(files.begin("--perfetto", perfetto)));
            }
            if (chrome != null) {
                Writer writer = writer(files.begin("--chrome", chrome));
                ChromeExport export = new ChromeExport(writer);
                files.show("--chrome", chrome, export);
                files.atEnd(() -> {
                    export.close();
                    writer.flush();
                });
            }
            if (csv != null) {
                Writer writer = writer(files.begin("--csv", csv));
                files.show("--csv", csv, new CsvExport(writer));
                files.atEnd(writer::flush);
            }
            return files;
        } catch (BadInputException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static Writer writer(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** Writes what is left to write. */
    private interface End {
        void write() throws IOException;
    }

    /** The files of one capture; they appear when they are complete. */
    static final class Files implements AutoCloseable {
        private static final class Begun {
            final String option;
            final Path target;
            final WholeFile file;
            End end = () -> {};

            Begun(String option, Path target, WholeFile file) {
                this.option = option;
                this.target = target;
                this.file = file;
            }
        }

        /** Remembers which file it was that could not be written. */
        private final class Shown implements Watcher {
            private final String option;
            private final Path target;
            private final Watcher watcher;

            Shown(String option, Path target, Watcher watcher) {
                this.option = option;
                this.target = target;
                this.watcher = watcher;
            }

            @Override
            public void job(JobStory job) {
                try {
                    watcher.job(job);
                } catch (UncheckedIOException e) {
                    failed = unwritable(option, target, cause(e));
                    throw e;
                }
            }

            @Override
            public void waited(WaitStory wait) {
                try {
                    watcher.waited(wait);
                } catch (UncheckedIOException e) {
                    failed = unwritable(option, target, cause(e));
                    throw e;
                }
            }

            @Override
            public long leftOut() {
                return watcher.leftOut();
            }
        }

        private final List<Begun> begun = new ArrayList<>();
        private final List<Watcher> shown = new ArrayList<>();
        private final HistogramExport histograms = new HistogramExport();
        private final @Nullable Path directory;
        private @Nullable BadInputException failed;

        private Files(@Nullable Path directory) {
            this.directory = directory;
            if (directory != null) {
                shown.add(histograms);
            }
        }

        private OutputStream begin(String option, Path target) throws BadInputException {
            try {
                WholeFile file = WholeFile.begin(target);
                begun.add(new Begun(option, target, file));
                return file.stream();
            } catch (IOException e) {
                throw unwritable(option, target, e);
            }
        }

        /** What to do for the last file that was begun before it is put in its place. */
        private void atEnd(End end) {
            begun.get(begun.size() - 1).end = end;
        }

        private void show(String option, Path target, Watcher watcher) {
            shown.add(new Shown(option, target, watcher));
        }

        /** What a watcher failed with, with the file's name. */
        BadInputException failure(UncheckedIOException e) {
            return failed == null ? new BadInputException(WholeFile.reason(cause(e)), e) : failed;
        }

        List<Watcher> watchers() {
            return shown;
        }

        /** Jobs and waits that the exports had no room for. */
        long leftOut() {
            return shown.stream().mapToLong(Watcher::leftOut).sum();
        }

        /** Puts all of them in their places. */
        void commit() throws BadInputException {
            for (Begun one : begun) {
                try {
                    one.end.write();
                    one.file.commit();
                } catch (IOException e) {
                    throw unwritable(one.option, one.target, e);
                } catch (UncheckedIOException e) {
                    throw unwritable(one.option, one.target, cause(e));
                }
            }
            if (directory != null) {
                try {
                    histograms.write(directory);
                } catch (IOException e) {
                    throw unwritable("--hgrm", directory, e);
                }
            }
        }

        private static IOException cause(UncheckedIOException e) {
            IOException cause = e.getCause();
            return cause == null ? new IOException(e) : cause;
        }

        private static BadInputException unwritable(String option, Path target, IOException e) {
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
