package org.dmafence.cli;

import java.util.List;
import org.dmafence.compare.TraceInput;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.profile.Load;
import org.dmafence.profile.Rate;
import org.dmafence.profile.TraceLoad;
import org.dmafence.replay.TraceScan;
import org.dmafence.workload.Workload;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is to be sent.
 *
 * @param rate of all clients together; {@code null} for what the jobs say
 * @param closed whether clients wait for their work
 * @param poisson whether jobs come at random; {@code false} for at equal distances, or as the jobs say
 * @param seed of all chance
 */
record LoadSource(@Nullable Rate rate, boolean closed, boolean poisson, long seed) {
    private static final Rate DEFAULT = new Rate(10_000);

    /**
     * The load of a workload or a trace.
     *
     * @param jobs what the user named; {@code null} for the one that comes with dmafence
     * @throws BadInputException if there is no such thing, or it does not go with the other options
     * @throws NothingReplayedException if a trace has no rate
     */
    Load load(@Nullable String jobs) throws Exception {
        if (closed && rate != null) {
            throw new BadInputException(
                    "--closed has clients wait, and --rate " + rate + " does not let them; use one or the other");
        }
        if (poisson && (closed || jobs != null)) {
            throw new BadInputException("--arrivals poisson says when jobs come, and " + (closed ? "--closed" : jobs)
                    + " says it otherwise; use one or the other");
        }
        if (jobs == null) {
            Rate chosen = rate == null ? DEFAULT : rate;
            return closed ? Load.waiting() : poisson ? Load.poisson(chosen, seed) : Load.steady(chosen);
        }
        return InputName.isWorkload(jobs) ? workload(jobs) : trace(jobs);
    }

    private Load workload(String jobs) throws BadInputException {
        List<Workload> workloads = WorkloadSource.select(List.of(jobs), seed);
        if (workloads.size() != 1) {
            throw new BadInputException(
                    jobs + " describes " + workloads.size() + " workloads; name or keep one of them");
        }
        return closed ? Load.waiting(workloads.get(0)) : Load.of(workloads.get(0), seed, rate);
    }

    private Load trace(String jobs) throws Exception {
        if (closed) {
            throw new BadInputException("--closed has clients wait for their work, and a trace (" + jobs
                    + ") says when they did not; leave --closed out, or name a workload");
        }
        TraceSource source = TraceSource.of(jobs);
        TraceScan scan;
        try (TraceReader reader = source.open()) {
            scan = TraceScan.of(reader, reading -> {});
        }
        List<String> reasons = TraceInput.of(scan).nothingReplayed();
        if (!reasons.isEmpty()) {
            throw new NothingReplayedException(reasons.get(0));
        }
        try (TraceReader reader = source.open()) {
            Load load = TraceLoad.read(source.name(), reader, scan, rate);
            if (load == null) {
                throw new NothingReplayedException(
                        jobs + " has fewer than two whole jobs at different times, so no rate; record more of them");
            }
            return load;
        } catch (TraceFormatException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e);
        }
    }
}
