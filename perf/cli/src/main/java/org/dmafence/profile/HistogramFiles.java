package org.dmafence.profile;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;
import org.agrona.concurrent.NanoClock;

/**
 * A run's histograms as files that the usual tools read: a log with an interval per second and tag, and a percentile table per tag.
 * Written by one thread at a time.
 */
public final class HistogramFiles implements Recorder.Log, AutoCloseable {
    /** The log within a directory. */
    public static final String LOG = "profile.hlog";

    private static final String TABLES = "hgrm";
    private static final int TICKS_PER_HALF = 5;
    private static final double MICROSECOND_NS = 1_000.0;

    private final Path file;
    private final HistogramLogWriter writer;
    private final PrintStream stream;
    private final long epochMs;

    private HistogramFiles(Path file, PrintStream stream, NanoClock clock) {
        this.file = file;
        this.stream = stream;
        writer = new HistogramLogWriter(stream);
        long nowMs = System.currentTimeMillis();
        epochMs = nowMs - TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
        writer.outputLogFormatVersion();
        writer.outputComment("[Times are in nanoseconds; tags are SHIM:EDGE and SHIM:CLIENT:EDGE]");
        writer.outputStartTime(nowMs);
        writer.outputLegend();
    }

    /**
     * Begins a log.
     *
     * @param clock that the seconds are on
     */
    public static HistogramFiles begin(Path file, NanoClock clock) throws IOException {
        try {
            return new HistogramFiles(
                    file, new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8), clock);
        } catch (FileNotFoundException e) {
            throw new IOException(file + " can't be written", e);
        }
    }

    @Override
    public void second(Tracks tracks, long startNs, long endNs) {
        tracks.forEach(track -> {
            Histogram interval = track.interval();
            if (interval.getTotalCount() > 0) {
                interval.setStartTimeStamp(epochMs + TimeUnit.NANOSECONDS.toMillis(startNs));
                interval.setEndTimeStamp(epochMs + TimeUnit.NANOSECONDS.toMillis(endNs));
                writer.outputIntervalHistogram(interval);
            }
        });
    }

    /** @throws IOException if not all of the log could be written */
    @Override
    public void close() throws IOException {
        stream.close();
        if (stream.checkError()) {
            throw new IOException(file + " could not be written to its end; is the disk full?");
        }
    }

    /** Writes a percentile table, in microseconds, for each histogram into a directory within another. */
    public static void tables(Path directory, Map<String, Histogram> histograms) throws IOException {
        Path tables = Files.createDirectories(directory.resolve(TABLES));
        for (Map.Entry<String, Histogram> each : histograms.entrySet()) {
            Path table = tables.resolve(each.getKey().replaceAll("[:/]", ".") + ".hgrm");
            try (PrintStream out = new PrintStream(Files.newOutputStream(table), false, StandardCharsets.UTF_8)) {
                each.getValue().outputPercentileDistribution(out, TICKS_PER_HALF, MICROSECOND_NS);
            }
        }
    }

    /** Everything in a log, by tag. */
    public static Map<String, Histogram> read(Path log) throws IOException {
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                if (next instanceof Histogram interval && interval.getTag() != null) {
                    histograms
                            .computeIfAbsent(interval.getTag(), tag -> auto(interval))
                            .add(interval);
                }
            }
        } catch (RuntimeException e) { // what the reader throws on damage
            throw new IOException(log + " is no histogram log: " + e.getMessage(), e);
        }
        return histograms;
    }

    private static Histogram auto(Histogram like) {
        Histogram sum = new Histogram(like.getNumberOfSignificantValueDigits());
        sum.setTag(like.getTag());
        return sum;
    }
}
