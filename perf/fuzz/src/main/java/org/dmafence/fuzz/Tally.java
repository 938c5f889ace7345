package org.dmafence.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts of one reader, and the findings. Guarded by itself: a worker that was given up may still come back. */
final class Tally {
    private static final int THOUSAND = 1_000;

    /** Fewer inputs say nothing about how many are accepted. */
    private static final int ENOUGH = 500;

    private final Subject subject;
    private final @Nullable Path keep;
    private final Histogram times = new Histogram(2);
    private final Map<String, FuzzReport.Finding> findings = new LinkedHashMap<>();
    private long inputs;
    private long accepted;
    private long refused;
    private long processes;
    private long readNs;
    private long mostBytes;

    /** @param keep where inputs of findings go, {@code null} for nowhere */
    Tally(Subject subject, @Nullable Path keep) {
        this.subject = subject;
        this.keep = keep;
        times.setAutoResize(true);
    }

    synchronized void count(Trial.Outcome outcome) {
        inputs++;
        if (outcome.code() == 0 || outcome.code() == 1) {
            accepted++;
        } else if (outcome.code() == Rules.BAD_INPUT) {
            refused++;
        }
        readNs += outcome.tookNs();
        times.recordValue(Math.max(1, outcome.tookNs()));
        mostBytes = Math.max(mostBytes, outcome.bytes());
    }

    synchronized void process() {
        processes++;
    }

    /** Whether such a finding is new, so that its input is worth keeping. */
    synchronized boolean isNew(Rules.Broken broken) {
        return !findings.containsKey(broken.kind());
    }

    synchronized void found(Rules.Broken broken, long number, byte[] input) {
        FuzzReport.Finding known = findings.get(broken.kind());
        if (known == null) {
            findings.put(
                    broken.kind(),
                    new FuzzReport.Finding(broken.rule(), broken.detail(), number, 1, file(broken, number, input)));
        } else {
            findings.put(
                    broken.kind(),
                    new FuzzReport.Finding(
                            known.rule(), known.detail(), known.input(), known.times() + 1, known.file()));
        }
    }

    private String file(Rules.Broken broken, long number, byte[] input) {
        if (keep == null) {
            return "";
        }
        String rule = broken.rule().replace(' ', '-');
        Path file = keep.resolve(
                String.format(Locale.ROOT, "%s-%d-%s-%s", subject.name(), number, rule, subject.fileName()));
        try {
            Files.createDirectories(keep);
            Files.write(file, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }

    synchronized long inputs() {
        return inputs;
    }

    synchronized int kinds() {
        return findings.size();
    }

    synchronized FuzzReport.Row row() {
        List<FuzzReport.Finding> list = new ArrayList<>(findings.values());
        return new FuzzReport.Row(
                subject.name(),
                inputs,
                accepted,
                refused,
                processes,
                readNs,
                times.getValueAtPercentile(99),
                times.getMaxValue(),
                mostBytes,
                weak(),
                list);
    }

    private String weak() {
        long least = subject.limits().leastAccepted();
        if (inputs >= ENOUGH && accepted * THOUSAND < inputs * least) {
            return "only " + accepted + " of " + inputs + " inputs were read to their end; at least " + least
                    + " of a thousand have to be, or nothing behind the first check is tested";
        }
        return "";
    }
}
