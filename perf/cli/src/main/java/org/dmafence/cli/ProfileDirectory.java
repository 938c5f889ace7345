package org.dmafence.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;
import org.dmafence.profile.Baseline;
import org.dmafence.profile.HistogramFiles;
import org.dmafence.profile.ProfileHtml;
import org.dmafence.profile.ProfileReport;
import org.dmafence.profile.Recorder;
import org.dmafence.report.Json;
import org.dmafence.report.Reading;
import org.dmafence.report.WholeFile;
import org.dmafence.report.page.Provenance;
import org.jspecify.annotations.Nullable;

/** The files of a profile. Each appears when it is complete; the log under its own name once the load is over. */
final class ProfileDirectory implements AutoCloseable {
    private static final String JSON = "profile.json";
    private static final String HTML = "report.html";
    /** Ten minutes of all shims have 3 MiB. */
    private static final int MOST_MIB = 256;

    private final @Nullable Path directory;
    private final @Nullable HistogramFiles log;

    private ProfileDirectory(@Nullable Path directory, @Nullable HistogramFiles log) {
        this.directory = directory;
        this.log = log;
    }

    /**
     * Makes sure that files can be written before the load begins.
     *
     * @param directory {@code null} for no files
     * @throws BadInputException if they can't
     */
    static ProfileDirectory open(@Nullable Path directory, NanoClock clock) throws BadInputException {
        if (directory == null) {
            return new ProfileDirectory(null, null);
        }
        try {
            return new ProfileDirectory(directory, HistogramFiles.begin(Files.createDirectories(directory), clock));
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    private static BadInputException unwritable(Path directory, IOException e) {
        return new BadInputException(
                "--save " + directory + " can't be written: " + WholeFile.reason(e)
                        + "; name a directory you may write to",
                e);
    }

    /**
     * What was written earlier.
     *
     * @throws BadInputException if there is no whole profile
     */
    static Baseline read(Path directory) throws BadInputException {
        try {
            ProfileReport report = Reading.record(Reading.text(directory.resolve(JSON), MOST_MIB), ProfileReport.class);
            return new Baseline(
                    directory.toString(), report, HistogramFiles.read(directory.resolve(HistogramFiles.LOG)));
        } catch (JsonProcessingException e) {
            throw new BadInputException(
                    "--baseline " + directory + ": " + JSON + " is none of this program's: " + e.getOriginalMessage()
                            + "; name a directory that profile --save wrote",
                    e);
        } catch (IOException e) {
            throw new BadInputException(
                    "--baseline " + directory + " has no profile: " + e.getMessage()
                            + "; name a directory that profile --save wrote",
                    e);
        }
    }

    /** Where the seconds of a load go. */
    Recorder.Log log() {
        return log == null ? (tracks, startNs, endNs) -> {} : log;
    }

    /**
     * Writes everything.
     *
     * @param earlier run to put beside it
     * @param command the command line
     */
    void write(ProfileReport report, Map<String, Histogram> histograms, @Nullable Baseline earlier, String command)
            throws BadInputException {
        if (directory == null || log == null) {
            return;
        }
        try {
            log.commit();
            HistogramFiles.tables(directory, histograms);
            WholeFile.write(directory.resolve(JSON), Json.of(report));
            WholeFile.write(
                    directory.resolve(HTML), ProfileHtml.of(report, histograms, earlier, Provenance.here(command)));
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    /** The report for people. */
    Optional<Path> reportFile() {
        return Optional.ofNullable(directory).map(in -> in.resolve(HTML));
    }

    @Override
    public void close() throws BadInputException {
        if (log != null && directory != null) {
            try {
                log.close();
            } catch (IOException e) {
                throw unwritable(directory, e);
            }
        }
    }
}
