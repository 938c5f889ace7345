package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.dmafence.compare.CompareReport;
import org.dmafence.compare.ShimReport;
import org.dmafence.compare.TraceInput;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.replay.TraceScan;
import org.dmafence.report.Units;
import org.dmafence.sched.SchedulerPolicy;
import org.jspecify.annotations.Nullable;

/** Replays traces on shims under policies. */
final class TraceCompare {
    private static final String WARM_UP = "linux-7.2-sched-mixed.txt";
    private static final int MAX_WARM_UPS = 4;

    private final List<Shim> shims;
    private final PolicyOption policy;
    private final Speed speed;
    private final ReportCounter reporter;
    private final Progress progress;
    private final @Nullable TraceFile traceOut;
    private final @Nullable RunTracks tracks;

    TraceCompare(
            List<Shim> shims,
            PolicyOption policy,
            Speed speed,
            ReportCounter reporter,
            Progress progress,
            @Nullable TraceFile traceOut,
            @Nullable RunTracks tracks) {
        this.shims = shims;
        this.policy = policy;
        this.speed = speed;
        this.reporter = reporter;
        this.progress = progress;
        this.traceOut = traceOut;
        this.tracks = tracks;
    }

    /**
     * Reads every trace to its end before the first driver is loaded; those that come with the program if none is
     * named.
     */
    static List<ShimRun.Trace> scan(List<String> names, Progress progress) throws Exception {
        List<TraceSource> sources = new ArrayList<>();
        if (names.isEmpty()) {
            ShippedTraces.DEFAULT.forEach(name -> sources.add(TraceSource.shipped(name)));
        }
        for (String name : names) {
            sources.add(TraceSource.of(name));
        }
        List<ShimRun.Trace> scanned = new ArrayList<>();
        for (TraceSource source : sources) {
            try (TraceReader reader = source.open()) {
                scanned.add(new ShimRun.Trace(
                        source,
                        TraceScan.of(
                                reader,
                                reading -> progress.show(() ->
                                        "reading " + source.name() + ", " + Units.count(reading.position(), "line")))));
            }
        }
        return scanned;
    }

    /**
     * Replays.
     *
     * @param stop says that the user wants an end
     */
    CompareReport run(List<ShimRun.Trace> input, FenceRuntime runtime, BooleanSupplier stop) throws Exception {
        List<ShimReport> reports = new ArrayList<>();
        List<ShimRun.Trace> replayed =
                input.stream().filter(trace -> trace.scan().replayed() > 0).toList();
        if (!replayed.isEmpty()) {
            replay(replayed, runtime, stop, reports);
        }
        List<TraceInput> inputs =
                input.stream().map(trace -> TraceInput.of(trace.scan())).toList();
        StopRequest.check(stop.getAsBoolean() && reports.isEmpty());
        return new CompareReport(new CompareReport.Input(inputs, speed.text()), stop.getAsBoolean(), reports);
    }

    private void replay(
            List<ShimRun.Trace> traces, FenceRuntime runtime, BooleanSupplier stop, List<ShimReport> reports)
            throws Exception {
        progress.begin("starting the actors");
        try (SubsystemHost host = SubsystemHost.start(runtime)) {
            warmUp(host);
            for (Shim shim : shims) {
                for (SchedulerPolicy each : policy.policies()) {
                    ShimReport report = stop.getAsBoolean() ? null : one(host, shim, each, traces, stop);
                    if (report != null) {
                        reports.add(report);
                    }
                }
            }
        }
    }

    private @Nullable ShimReport one(
            SubsystemHost host, Shim shim, SchedulerPolicy each, List<ShimRun.Trace> traces, BooleanSupplier stop)
            throws Exception {
        ShimRun run = new ShimRun(host.subsystem(), shim, each, traceOut, reporter, progress);
        if (tracks == null) {
            return run.run(traces, speed, stop);
        }
        String name = policy.policies().size() == 1 ? shim.name() : shim.name() + " " + PolicyOption.name(each);
        try (RunTracks.Run recorded = tracks.begin(name)) {
            ShimReport report = run.run(traces, speed, stop);
            recorded.end();
            return report;
        }
    }

    /** What is compared must not depend on who comes first and has everything compiled for the others. */
    private void warmUp(SubsystemHost host) throws Exception {
        TraceSource source = TraceSource.shipped(WARM_UP);
        try (TraceReader reader = source.open()) {
            List<ShimRun.Trace> trace = List.of(new ShimRun.Trace(source, TraceScan.of(reader, reading -> {})));
            for (Shim shim : shims.subList(0, Math.min(MAX_WARM_UPS, shims.size()))) {
                progress.begin(shim.name() + ": warming up");
                new ShimRun(host.subsystem(), shim, SchedulerPolicy.FIFO, null, reporter, new Progress())
                        .run(trace, Speed.MAX, () -> false);
            }
        }
    }
}
