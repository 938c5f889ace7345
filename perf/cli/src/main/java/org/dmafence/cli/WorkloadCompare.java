package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.NanoClock;
import org.dmafence.compare.WorkloadReport;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerTraceListener;
import org.dmafence.workload.Workload;
import org.jspecify.annotations.Nullable;

/** Runs workloads on shims under policies. */
final class WorkloadCompare {
    private final List<Shim> shims;
    private final PolicyOption policy;
    private final ReportCounter reporter;
    private final Progress progress;
    private final @Nullable TraceFile trace;
    private final @Nullable RunTracks tracks;

    WorkloadCompare(
            List<Shim> shims,
            PolicyOption policy,
            ReportCounter reporter,
            Progress progress,
            @Nullable TraceFile trace,
            @Nullable RunTracks tracks) {
        this.shims = shims;
        this.policy = policy;
        this.reporter = reporter;
        this.progress = progress;
        this.trace = trace;
        this.tracks = tracks;
    }

    /**
     * Runs them.
     *
     * @param stop says that the user wants an end; asked between runs
     */
    WorkloadReport run(List<Workload> workloads, long seed, BooleanSupplier stop) throws Exception {
        List<WorkloadReport.Run> runs = new ArrayList<>();
        for (Shim shim : shims) {
            try (WorkloadShim loaded = new WorkloadShim(shim, reporter)) {
                for (Workload workload : workloads) {
                    for (SchedulerPolicy each : policy.policies()) {
                        if (stop.getAsBoolean()) {
                            continue;
                        }
                        progress.show(() -> shim.name() + ": " + workload.name() + ", " + PolicyOption.name(each));
                        runs.add(one(loaded, shim, workload, each, seed));
                    }
                }
            }
        }
        StopRequest.check(stop.getAsBoolean() && runs.isEmpty());
        return new WorkloadReport(new WorkloadReport.Input("virtual", seed, workloads), stop.getAsBoolean(), runs);
    }

    private WorkloadReport.Run one(WorkloadShim loaded, Shim shim, Workload workload, SchedulerPolicy each, long seed)
            throws Exception {
        NanoClock clock = loaded.runtime().clock();
        SchedulerTraceListener written = trace == null ? null : trace.listener(clock);
        if (tracks == null) {
            return loaded.run(workload, each, seed, written);
        }
        String name = workload.name() + " " + shim.name() + " " + PolicyOption.name(each);
        try (RunTracks.Run recorded = tracks.begin(name, clock)) {
            WorkloadReport.Run run = loaded.run(workload, each, seed, recorded.besides(written));
            recorded.end();
            return run;
        }
    }
}
