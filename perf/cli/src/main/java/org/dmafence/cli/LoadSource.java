package org.dmafence.cli;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.profile.Load;
import org.dmafence.profile.Rate;
import org.dmafence.profile.TraceLoad;
import org.dmafence.replay.TraceScan;
import org.dmafence.workload.Presets;
import org.dmafence.workload.Workload;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is to be sent.
 *
 * @param rate of all clients together; {@code null} for what the jobs say
 * @param closed whether clients wait for their work
 * @param poisson whether jobs come at random; {@code false} for at equal distances, or as the jobs say
 */
record LoadSource(@Nullable Rate rate, boolean closed, boolean poisson) {
    private static final long SEED = 1;

    /** A workload's file is no larger than that, and may begin with that many comments. */
    private static final int BEGINNING = 1 << 20;

    private static final Rate DEFAULT = new Rate(10_000);

    /**
     * The load of a workload or a trace.
     *
     * @param jobs what the user named; {@code null} for the one that comes with dmafence
     * @throws BadInputException if there is no such thing, or it does not go with the other options
     */
    Load load(@Nullable String jobs) throws Exception {
        if (closed && rate != null) {
            throw new BadInputException(
                    "--closed has clients wait, and --rate " + rate + " does not let them; use one or the other");
        }
        if (poisson && (closed || jobs != null)) {
            throw new BadInputException("--arrivals poisson says when jobs come, and "
                    + (closed ? "--closed" : "--jobs " + jobs) + " says it otherwise; use one or the other");
        }
        if (jobs == null) {
            Rate chosen = rate == null ? DEFAULT : rate;
            return closed ? Load.waiting() : poisson ? Load.poisson(chosen, SEED) : Load.steady(chosen);
        }
        return isTrace(jobs) ? trace(jobs) : workload(jobs);
    }

    private static boolean isTrace(String jobs) throws BadInputException {
        if (jobs.equals("-") || ShippedTraces.names().contains(jobs)) {
            return true;
        }
        try {
            Path file = Path.of(jobs);
            return Files.isRegularFile(file) && !startsAsWorkload(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A workload's file begins with a comment or a name, after blank lines at most. */
    private static boolean startsAsWorkload(Path file) throws BadInputException {
        try (InputStream in = Files.newInputStream(file)) {
            String beginning = new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1);
            return beginning
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .map(line -> line.startsWith("workload"))
                    .orElse(false);
        } catch (java.io.IOException e) {
            throw new BadInputException("--jobs " + file + " can't be read: " + e.getMessage() + "; check the file", e);
        }
    }

    private Load workload(String jobs) throws BadInputException {
        List<String> names = Presets.all(SEED).stream().map(Workload::name).toList();
        if (!names.contains(jobs) && !Files.isRegularFile(Path.of(jobs))) {
            throw new BadInputException("--jobs " + jobs + " is no file, and none of the workloads "
                    + String.join(", ", names) + "; nor of the traces "
                    + ShippedTraces.names().stream().collect(Collectors.joining(", ")));
        }
        List<Workload> workloads = WorkloadSource.select(List.of(jobs), SEED);
        if (workloads.size() != 1) {
            throw new BadInputException(
                    "--jobs " + jobs + " describes " + workloads.size() + " workloads; keep one of them in the file");
        }
        return closed ? Load.waiting(workloads.get(0)) : Load.of(workloads.get(0), SEED, rate);
    }

    private Load trace(String jobs) throws Exception {
        if (closed) {
            throw new BadInputException("--closed has clients wait for their work, and a trace (" + jobs
                    + ") says when they did not; leave --closed out, or name a workload");
        }
        TraceSource source = TraceSource.of(jobs);
        TraceScan scan;
        try (TraceReader reader = source.open()) {
            scan = TraceScan.of(reader, stream -> {});
        }
        try (TraceReader reader = source.open()) {
            Load load = TraceLoad.read(source.name(), reader, scan.depths(), rate);
            if (load == null) {
                throw new BadInputException("--jobs " + jobs
                        + " has fewer than two jobs at different times, so no rate; record more of them");
            }
            return load;
        } catch (TraceFormatException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e);
        }
    }
}
