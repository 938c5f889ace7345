package org.dmafence.profile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
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
import org.dmafence.report.WholeFile;

/**
 * A run's histograms as files that the usual tools read: a log with an interval per second and tag, and a percentile
 * table per tag. Written by one thread at a time.
 */
public final class HistogramFiles implements Recorder.Log, AutoCloseable {
    /** The log within a directory. */
    public static final String LOG = "profile.hlog";

    private static final String TABLES = "hgrm";

    /** Ten minutes of all shims have 3 MiB. */
    private static final long MOST_BYTES = 256L << 20;

    private static final int MOST_OF_A_LINE = 4 << 20;

    /** Otherwise a small log could have tables that fill the memory. */
    private static final int MOST_DIGITS = 3;

    private static final int MOST_TAGS = 10_000;
    private static final int TICKS_PER_HALF = 5;
    private static final double MICROSECOND_NS = 1_000.0;

    private final WholeFile file;
    private final HistogramLogWriter writer;
    private final PrintStream stream;
    private final long epochMs;

    private HistogramFiles(WholeFile file, NanoClock clock) {
        this.file = file;
        stream = print(file.stream());
        writer = new HistogramLogWriter(stream);
        long nowMs = System.currentTimeMillis();
        epochMs = nowMs - TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
        writer.outputLogFormatVersion();
        writer.outputComment("[Times are in nanoseconds; tags are SHIM:EDGE and SHIM:CLIENT:EDGE]");
        writer.outputStartTime(nowMs);
        writer.outputLegend();
    }

    /**
     * Begins the log of a directory. It appears when it is committed.
     *
     * @param clock that the seconds are on
     */
    public static HistogramFiles begin(Path directory, NanoClock clock) throws IOException {
        return new HistogramFiles(WholeFile.begin(directory.resolve(LOG)), clock);
    }

    private static PrintStream print(OutputStream out) {
        return new PrintStream(out, false, StandardCharsets.UTF_8);
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

    /**
     * The log is complete: puts it in its place.
     *
     * @throws IOException if not all of it could be written
     */
    public void commit() throws IOException {
        commit(file, stream, LOG);
    }

    /** A print stream keeps failures to itself until it is asked. */
    private static void commit(WholeFile file, PrintStream stream, String name) throws IOException {
        if (stream.checkError()) {
            throw new IOException(name + " could not be written to its end; is the disk full?");
        }
        file.commit();
    }

    /** Drops the log unless it was committed. */
    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Writes a percentile table, in microseconds, for each histogram into a directory within another. */
    public static void tables(Path directory, Map<String, Histogram> histograms) throws IOException {
        Path tables = Files.createDirectories(directory.resolve(TABLES));
        for (Map.Entry<String, Histogram> each : histograms.entrySet()) {
            Path table = tables.resolve(each.getKey().replaceAll("[:/]", ".") + ".hgrm");
            try (WholeFile whole = WholeFile.begin(table)) {
                PrintStream out = print(whole.stream());
                each.getValue().outputPercentileDistribution(out, TICKS_PER_HALF, MICROSECOND_NS);
                commit(whole, out, table.getFileName().toString());
            }
        }
    }

    /**
     * Everything in a log, by tag.
     *
     * @throws IOException also if it is none, or larger than any that was written here
     */
    public static Map<String, Histogram> read(Path log) throws IOException {
        return read(log, MOST_BYTES, MOST_OF_A_LINE);
    }

    static Map<String, Histogram> read(Path log, long most, int mostOfALine) throws IOException {
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        try (InputStream in = new BoundedInput(Files.newInputStream(log), log.toString(), most, mostOfALine);
                HistogramLogReader reader = new HistogramLogReader(in)) {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                if (next instanceof Histogram interval && interval.getTag() != null) {
                    if (interval.getNumberOfSignificantValueDigits() > MOST_DIGITS || histograms.size() > MOST_TAGS) {
                        throw new IOException(
                                log + " is not of this program: its histograms are too many or too exact");
                    }
                    histograms
                            .computeIfAbsent(interval.getTag(), tag -> auto(interval))
                            .add(interval);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
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
