package org.dmafence.inspect;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.dmafence.report.WholeFile;

/**
 * Writes the times of each ring's jobs as HdrHistogram's percentile files, in microseconds, and all of them in one
 * tagged log.
 */
public final class HistogramExport implements Watcher {
    private static final int DIGITS = 3;
    private static final int STEPS_PER_HALF = 5;
    private static final double MICROS = 1000;
    private static final int MAX_RINGS = 128;

    private final Map<String, JobTimes> rings = new LinkedHashMap<>();
    private long leftOut;

    @Override
    public void job(JobStory job) {
        if (rings.size() < MAX_RINGS || rings.containsKey(job.where())) {
            rings.computeIfAbsent(job.where(), ring -> new JobTimes(DIGITS)).add(job);
        } else {
            leftOut++;
        }
    }

    @Override
    public long leftOut() {
        return leftOut;
    }

    @Override
    public void waited(WaitStory wait) {
        // Waits have no ring.
    }

    /** Writes the files into a directory, which is made if it is not there. */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (WholeFile file = WholeFile.begin(directory.resolve("jobs.hlog"));
                PrintStream print = new PrintStream(file.stream(), false, StandardCharsets.UTF_8)) {
            HistogramLogWriter log = new HistogramLogWriter(print);
            log.outputLogFormatVersion();
            log.outputLegend();
            for (Map.Entry<String, JobTimes> ring : rings.entrySet()) {
                JobTimes times = ring.getValue();
                write(directory, log, ring.getKey() + ".queue-to-run", times.queueToRun);
                write(directory, log, ring.getKey() + ".run-to-end", times.runToEnd);
                write(directory, log, ring.getKey() + ".hardware", times.hardware);
            }
            commit(file, print);
        }
    }

    private static void write(Path directory, HistogramLogWriter log, String name, Histogram histogram)
            throws IOException {
        String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
        histogram.setTag(safe.toLowerCase(Locale.ROOT));
        log.outputIntervalHistogram(0, 0, histogram, 1);
        try (WholeFile file = WholeFile.begin(directory.resolve(safe + ".hgrm"));
                PrintStream print = new PrintStream(file.stream(), false, StandardCharsets.UTF_8)) {
            histogram.outputPercentileDistribution(print, STEPS_PER_HALF, MICROS);
            commit(file, print);
        }
    }

    /** A print stream keeps its errors to itself. */
    private static void commit(WholeFile file, PrintStream print) throws IOException {
        if (print.checkError()) {
            throw new IOException("the disk may be full");
        }
        file.commit();
    }
}
